"""ONNX: a trained network for programs that know neither this library nor Python.

Needs the `onnx` package: pip install "tinygrad_edu[onnx]".
"""

from .export import export
from .program import OnnxExporterError

__all__ = ["OnnxExporterError", "export"]
