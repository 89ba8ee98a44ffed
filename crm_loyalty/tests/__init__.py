from . import test_loyalty_entry, test_sale_order
