"""XOR: two inputs, four hidden neurons, one output; no straight line could do it.

Run it with `python examples/xor.py`.
"""

import tinygrad_edu as te
from tinygrad_edu import nn, optim

te.manual_seed(0)
inputs = te.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])  # (4, 2)
targets = te.tensor([[0.0], [1.0], [1.0], [0.0]])  # (4, 1)

net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
optimizer = optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
loss_of = nn.MSELoss()

for step in range(201):
    optimizer.zero_grad()
    loss = loss_of(net(inputs), targets)
    loss.backward()
    optimizer.step()
    if step % 50 == 0:
        print(f"step {step:3d}  loss {loss.item():.6f}")

print()
with te.no_grad():
    for (a, b), y in zip(inputs.tolist(), net(inputs).squeeze(1).tolist()):
        print(f"{a:.0f} xor {b:.0f} = {round(y)}")
