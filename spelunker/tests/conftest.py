from core.tests.factories import alice, bob, charlie

__all__ = ["alice", "bob", "charlie"]
