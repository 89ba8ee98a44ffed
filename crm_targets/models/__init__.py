from . import crm_unit_mixin  # others inherit from it

# isort: split
from . import (
    crm_figure_mixin,
    crm_indicator,
    crm_indicator_code,
    crm_indicator_definition,
    crm_indicator_measure,
    crm_indicator_ratio,
    crm_indicator_record,
    crm_indicator_refresh,
    crm_indicator_value,
    crm_indicator_window,
    crm_perspective,
    crm_scorecard,
    crm_scorecard_baseline,
    crm_scorecard_comment,
    crm_scorecard_line,
    crm_scorecard_objective,
    crm_scorecard_snapshot,
    crm_scorecard_snapshot_line,
    crm_scorecard_wheel,
    crm_target,
    crm_team,
    res_company,
    res_config_settings,
)
