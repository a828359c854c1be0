from rfp_manager.admin import answers, decisions, documents, layouts, rfps

__all__ = ["answers", "decisions", "documents", "layouts", "rfps"]
