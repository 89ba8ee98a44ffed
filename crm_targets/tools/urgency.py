"""How urgent it is to follow up an open inquiry or opportunity."""

#: Points of each reason; together they are 100.
POINTS = {"silence": 30, "closing": 25, "value": 20, "stage": 15, "step": 10}
#: Days without contact, days in one stage and days before closing at which a reason counts fully.
SILENT_DAYS, STAGE_DAYS, CLOSING_DAYS = 14, 30, 7
#: Days before the expected closing at which it begins to count.
CLOSING_HORIZON = 30
#: How many times the average of the company an opportunity is worth to count fully.
VALUE_RATIO = 2


def get_urgency(
    silent_days: int,
    stage_days: int,
    days_to_close: int | None,
    has_step: bool,
    value_ratio: float,
) -> float:
    """Points from 0 (can wait) to 100 (today).

    :param silent_days: days since the last contact, or since it came in.
    :param stage_days: days since it moved to its stage.
    :param days_to_close: days until the expected closing, negative when it has passed, None
        without an expected closing.
    :param has_step: whether a next step is planned that is not overdue.
    :param value_ratio: expected revenue by the average of open opportunities; 0 without one.

    >>> get_urgency(14, 30, 0, False, 2.0)
    100.0
    >>> get_urgency(0, 0, None, True, 0.0)
    0.0
    """
    closing = 0.0
    if days_to_close is not None:
        closing = (CLOSING_HORIZON - days_to_close) / (CLOSING_HORIZON - CLOSING_DAYS)
    shares = {
        "silence": silent_days / SILENT_DAYS,
        "stage": stage_days / STAGE_DAYS,
        "closing": closing,
        "step": 0.0 if has_step else 1.0,
        "value": value_ratio / VALUE_RATIO,
    }
    return sum(POINTS[reason] * min(1.0, max(0.0, share)) for reason, share in shares.items())
