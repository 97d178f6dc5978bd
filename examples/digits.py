"""The digit network in thirty lines: 64 pixels, two hidden layers of 16, 10 digits.

Run it with `python examples/digits.py`; it needs no network and two seconds.
"""

import tinygrad_edu as te
from tinygrad_edu import nn, optim
from tinygrad_edu.utils.data import DataLoader, TensorDataset

te.manual_seed(0)
images, labels = te.datasets.Digits(train=True).tensors()  # (1438, 64) in [0, 1], (1438,)
loader = DataLoader(TensorDataset(images, labels), batch_size=32, shuffle=True)

net = nn.Sequential(nn.Linear(64, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 10))
loss_of = nn.CrossEntropyLoss()
optimizer = optim.Adam(net.parameters(), lr=0.005)

for epoch in range(1, 21):
    for x, y in loader:
        optimizer.zero_grad()
        loss = loss_of(net(x), y)
        loss.backward()
        optimizer.step()
    if epoch % 5 == 0:
        print(f"epoch {epoch:2d}  loss {loss.item():.4f}")

images, labels = te.datasets.Digits(train=False).tensors()
with te.no_grad():
    right = (net(images).argmax(dim=1) == labels).float().mean().item()
print(f"{100 * right:.1f} % of {len(labels)} unseen digits right")
