"""What a person may be told when nothing can be published."""


class PublishError(Exception):
    """One plain sentence in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} {en}")
        self.zh = zh
        self.en = en
