from . import test_loyalty_entry, test_loyalty_tier, test_sale_order
