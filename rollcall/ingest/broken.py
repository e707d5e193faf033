"""The error that says which delivery was in hand when something broke, and quotes nothing of it."""

from rollcall.warehouse.trouble import place, trouble


class DeliveryBroken(RuntimeError):
    """A delivery could not be decided: our own code broke on it, or the machine failed us. Names the delivery and
    the cause, and nothing that the error may quote."""

    def __init__(self, delivery_id: int, error: Exception):
        kind = type(error).__name__
        cause = trouble(error)
        self.zh = (
            f"报送 {delivery_id} 未能处理，留待下次：{cause.zh if cause else f'内部错误 {kind}（{place(error)}）。'}"
        )
        why = cause.en if cause else f"internal error {kind} at {place(error)}."
        self.en = f"Delivery {delivery_id} could not be decided and waits for the next run: {why}"
        super().__init__(self.en)
