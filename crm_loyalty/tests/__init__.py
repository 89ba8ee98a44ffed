from . import (
    test_access,
    test_concurrency,
    test_loyalty_entry,
    test_loyalty_tier,
    test_res_config_settings,
    test_res_partner,
    test_sale_order,
    test_tier_tour,
)
