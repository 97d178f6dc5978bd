"""A training run for TensorBoard: PyTorch's `SummaryWriter`, on the `tensorboard` package."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from socket import gethostname
from typing import Any

import numpy as np

from ..pictures import png

try:
    from tensorboard.compat.proto.event_pb2 import Event  # pyright: ignore
    from tensorboard.compat.proto.summary_pb2 import Summary  # pyright: ignore
    from tensorboard.plugins.histogram.summary_v2 import histogram_pb
    from tensorboard.plugins.text.summary_v2 import text_pb
    from tensorboard.summary.writer.event_file_writer import EventFileWriter
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"utils.tensorboard: expected the package tensorboard, got {error}; pip install tensorboard",
        name=error.name,
    ) from None

__all__ = ["SummaryWriter"]


class SummaryWriter:
    """Writes events into a folder, `runs/<date>_<host>` unless told; `tensorboard --logdir runs` shows them.

    `max_queue` events are held back, for at most `flush_secs` seconds.

    Difference from PyTorch: no graphs (`draw` has them), embeddings, curves of precision, audio or video.
    """

    def __init__(
        self,
        log_dir: str | Path | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: int = 120,
        filename_suffix: str = "",
    ) -> None:
        if not log_dir:
            log_dir = Path("runs", f"{datetime.now():%b%d_%H-%M-%S}_{gethostname()}{comment}")
        self.log_dir = str(log_dir)
        self._options = max_queue, flush_secs, filename_suffix
        self._writers: dict[str, EventFileWriter] = {}
        if purge_step is not None:
            self._write(Event(step=purge_step, file_version="brain.Event:2"), self.log_dir)

    def _write(self, event: Event, folder: str) -> None:
        if folder not in self._writers:
            self._writers[folder] = EventFileWriter(folder, *self._options)
        self._writers[folder].add_event(event)

    def _add(
        self, summary: Summary, step: int | None, when: float | None, folder: str = ""
    ) -> None:
        event = Event(wall_time=time.time() if when is None else when, summary=summary)
        event.step = 0 if step is None else int(step)
        self._write(event, folder or self.log_dir)

    def add_scalar(
        self,
        tag: str,
        scalar_value: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
    ) -> None:
        """One number: a point of the curve `tag`."""
        value = Summary.Value(tag=tag, simple_value=float(scalar_value))
        self._add(Summary(value=[value]), global_step, walltime)

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, Any],
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """Several numbers: points of curves in one chart, each from a folder of its own, as PyTorch has it."""
        for tag, number in tag_scalar_dict.items():
            folder = str(Path(self.log_dir, f"{main_tag}_{tag}".replace("/", "_")))
            value = Summary.Value(tag=main_tag, simple_value=float(number))
            self._add(Summary(value=[value]), global_step, walltime, folder)

    def add_histogram(
        self,
        tag: str,
        values: Any,
        global_step: int | None = None,
        bins: Any = "tensorflow",
        walltime: float | None = None,
        max_bins: int | None = None,
    ) -> None:
        """How numbers are spread, over `bins` intervals if that is a number, else 30."""
        buckets = bins if isinstance(bins, int) else max_bins
        self._add(histogram_pb(tag, _array(values).reshape(-1), buckets), global_step, walltime)

    def add_image(
        self,
        tag: str,
        img_tensor: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        dataformats: str = "CHW",
    ) -> None:
        """A picture, (C, H, W) with 1 or 3 channels, floats in [0, 1] or bytes; `dataformats` names other orders."""
        pixels = _pixels(img_tensor, dataformats)
        self._add_png(tag, png(pixels), pixels.shape, global_step, walltime)

    def add_images(
        self,
        tag: str,
        img_tensor: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        dataformats: str = "NCHW",
    ) -> None:
        """Several pictures, side by side."""
        at = dataformats.index("N")
        each = np.split(_array(img_tensor), img_tensor.shape[at], axis=at)
        rest = dataformats.replace("N", "")
        row = np.concatenate([_pixels(np.squeeze(one, at), rest) for one in each], axis=1)
        self._add_png(tag, png(row), row.shape, global_step, walltime)

    def add_figure(
        self,
        tag: str,
        figure: Any,
        global_step: int | None = None,
        close: bool = True,
        walltime: float | None = None,
    ) -> None:
        """A figure of Matplotlib, closed afterwards unless told."""
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=figure.dpi)
        width, height = figure.canvas.get_width_height()
        self._add_png(tag, file.getvalue(), (height, width, 4), global_step, walltime)
        if close:
            from matplotlib import pyplot

            pyplot.close(figure)

    def add_text(
        self,
        tag: str,
        text_string: str,
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """Text, shown as Markdown."""
        self._add(text_pb(tag, text_string), global_step, walltime)

    def add_graph(
        self,
        model: Any,
        input_to_model: Any = None,
        verbose: bool = False,
        use_strict_trace: bool = True,
    ) -> None:
        """What the module prints, as text."""
        self.add_text("graph", f"```\n{model}\n```")

    def add_hparams(
        self,
        hparam_dict: Mapping[str, Any],
        metric_dict: Mapping[str, Any],
        hparam_domain_discrete: Any = None,
        run_name: str | None = None,
        global_step: int | None = None,
    ) -> None:
        """Settings and what came of them, as a table in text and as scalars."""
        rows = "\n".join(f"| {name} | {value} |" for name, value in hparam_dict.items())
        self.add_text("hparams", f"| setting | value |\n| --- | --- |\n{rows}", global_step)
        for name, number in metric_dict.items():
            self.add_scalar(name, number, global_step)

    def _add_png(self, tag: str, content: bytes, shape: Any, step: Any, when: Any) -> None:
        height, width, channels = shape if len(shape) == 3 else (*shape, 1)
        image = Summary.Image(
            height=height, width=width, colorspace=channels, encoded_image_string=content
        )
        self._add(Summary(value=[Summary.Value(tag=tag, image=image)]), step, when)

    def get_logdir(self) -> str:
        """The folder."""
        return self.log_dir

    def flush(self) -> None:
        """Write what is held back."""
        for writer in self._writers.values():
            writer.flush()

    def close(self) -> None:
        """Write what is held back and close the files; what is added later goes to new ones."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def _array(x: Any) -> np.ndarray[Any, Any]:
    return np.asarray(x.detach().numpy() if hasattr(x, "detach") else x)


def _pixels(image: Any, order: str) -> np.ndarray[Any, Any]:
    """Bytes (height, width) or (height, width, 3) of a picture whose dimensions are in that order."""
    x = _array(image)
    if x.ndim != len(order) or set(order) - set("CHW"):
        raise ValueError(f"add_image: expected dimensions {order!r} of C, H and W, got {x.shape}")
    x = x.transpose([order.index(name) for name in "HWC" if name in order])
    if x.dtype != np.uint8:
        x = np.clip(x * 255, 0, 255).astype(np.uint8)
    return x[..., 0] if x.ndim == 3 and x.shape[2] == 1 else x
