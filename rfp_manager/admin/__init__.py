from rfp_manager.admin import answers, documents, layouts, rfps

__all__ = ["answers", "documents", "layouts", "rfps"]
