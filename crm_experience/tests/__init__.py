from . import (
    test_access,
    test_crm_feedback,
    test_crm_registered_product,
    test_crm_touchpoint,
    test_crm_touchpoint_capture,
    test_crm_touchpoint_timeline,
    test_merge,
    test_migration,
    test_privacy,
    test_settings,
    test_timeline_js,
    test_timeline_tour,
)
