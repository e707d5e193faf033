"""What a person may be told when the warehouse cannot do its work."""


class WarehouseError(Exception):
    """One plain sentence in Chinese and English: what is wrong and what to do. Never holds a secret."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} {en}")
        self.zh = zh
        self.en = en
