"""What `SummaryWriter` writes, TensorBoard reads."""

import subprocess
import sys

import numpy as np
import pytest

import tinygrad_edu as te

pytest.importorskip("tensorboard")
pytestmark = pytest.mark.filterwarnings("ignore")  # of its dependencies


def read(folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    return EventAccumulator(str(folder)).Reload()


def test_curves_spreads_pictures_and_text_are_read_back(tmp_path):
    from tinygrad_edu.utils.tensorboard import SummaryWriter

    with SummaryWriter(tmp_path / "run") as writer:
        for step in range(3):
            writer.add_scalar("loss", te.tensor(1 / (step + 1), requires_grad=True), step)
        writer.add_scalars("both", {"train": 1, "test": 2.0}, 5)
        writer.add_histogram("weights", te.randn(100), 1)
        writer.add_image("red", te.tensor([1.0, 0, 0]).view(3, 1, 1).expand(3, 4, 5), 1)
        writer.add_images("digits", te.rand(6, 1, 8, 8), 1)
        writer.add_text("note", "**bold**")
        writer.add_graph(te.nn.Linear(2, 3))
        writer.add_hparams({"lr": 0.1}, {"accuracy": 0.9})
    events = read(tmp_path / "run")
    assert [(e.step, round(e.value, 4)) for e in events.Scalars("loss")] == [
        (0, 1),
        (1, 0.5),
        (2, 0.3333),
    ]
    assert read(tmp_path / "run" / "both_test").Scalars("both")[0].value == 2
    (red,) = events.Images("red")
    assert (red.height, red.width) == (4, 5) and red.encoded_image_string.startswith(b"\x89PNG")
    assert (events.Images("digits")[0].height, events.Images("digits")[0].width) == (8, 48)
    tags = events.Tags()["tensors"]
    assert {"weights", "note/text_summary", "note", "graph", "hparams"} & set(tags) >= {"weights"}
    assert np.asarray(events.Scalars("accuracy")[0].value, np.float32) == np.float32(0.9)


def test_a_script_with_its_import_runs(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(
        "import torch\nfrom torch.utils.tensorboard import SummaryWriter\n"
        "w = SummaryWriter('out'); w.add_scalar('x', torch.ones(()), 1); w.close()\n"
    )
    command = [sys.executable, "-m", "tinygrad_edu", "run", str(script)]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=120)
    assert read(tmp_path / "out").Scalars("x")[0].value == 1
