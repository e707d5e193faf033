"""What a person may be told when a doubtful pair cannot be shown or decided."""


class ReviewError(Exception):
    """One plain sentence in Chinese and English, without anybody's data; the command prints it and ends with 1."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} {en}")
        self.zh = zh
        self.en = en
