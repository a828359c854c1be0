"""How every ONNX model of ours is run: on the processor, by the threads that it is given, quietly."""

import onnxruntime

_FATAL = 4


def open_session(model: bytes, threads: int) -> onnxruntime.InferenceSession:
    """Raises whatever the runtime raises for bytes that are no model: the caller says which setting to look at."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = _FATAL
    # Threads that wait by spinning ruin every other process on the machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
