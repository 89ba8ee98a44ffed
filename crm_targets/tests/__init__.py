from . import (
    test_access,
    test_crm_indicator,
    test_crm_indicator_record,
    test_crm_indicator_refresh,
    test_crm_perspective,
    test_crm_scorecard_line,
    test_crm_scorecard_snapshot,
    test_crm_scorecard_wheel,
    test_crm_target,
    test_crm_team,
    test_wheel_js,
    test_wheel_tour,
)
