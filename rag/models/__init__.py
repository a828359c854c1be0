from rag.models.language_model import LanguageModelSettings

__all__ = ["LanguageModelSettings"]
