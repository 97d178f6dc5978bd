"""Graph networks on a small community graph: convolution with a normalised adjacency, and attention over edges."""

import math

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from harness import in_both_precisions, same_start
from torch.nn.modules.module import Module
from torch.nn.parameter import Parameter


class GraphConvolution(Module):
    def __init__(self, in_features, out_features, bias=True):
        super(GraphConvolution, self).__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(
            torch.FloatTensor(in_features, out_features).to(torch.get_default_dtype())
        )
        if bias:
            self.bias = Parameter(torch.empty(out_features))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self):
        stdv = 1.0 / math.sqrt(self.weight.size(1))
        self.weight.data.uniform_(-stdv, stdv)
        if self.bias is not None:
            self.bias.data.uniform_(-stdv, stdv)

    def forward(self, input, adj):
        support = torch.mm(input, self.weight)
        output = torch.mm(adj, support)
        return output + self.bias if self.bias is not None else output

    def __repr__(self):
        return (
            self.__class__.__name__
            + " ("
            + str(self.in_features)
            + " -> "
            + str(self.out_features)
            + ")"
        )


class GCN(nn.Module):
    def __init__(self, nfeat, nhid, nclass):
        super(GCN, self).__init__()
        self.gc1 = GraphConvolution(nfeat, nhid)
        self.gc2 = GraphConvolution(nhid, nclass, bias=False)

    def forward(self, x, adj):
        return F.log_softmax(self.gc2(F.relu(self.gc1(x, adj)), adj), dim=1)


class GAT(nn.Module):
    """Attention by softmax over each node's edges, with scatter operations."""

    def __init__(self, nfeat, nclass, alpha=0.2):
        super().__init__()
        self.W = nn.Linear(nfeat, nclass, bias=False)
        self.a = nn.Parameter(torch.empty(size=(2 * nclass, 1)))
        nn.init.xavier_uniform_(self.a.data, gain=1.414)
        self.leakyrelu = nn.LeakyReLU(alpha)

    def forward(self, x, edges):
        source, target = edges
        h = self.W(x)
        e = self.leakyrelu(torch.cat([h[source], h[target]], dim=1) @ self.a).squeeze(1)
        top = torch.full((len(x),), -math.inf).scatter_reduce(0, target, e, reduce="amax")
        e = torch.exp(e - top[target])
        total = torch.zeros(len(x)).scatter_add(0, target, e)
        weights = e / total.index_select(0, target)
        out = torch.zeros_like(h).index_add_(0, target, weights.unsqueeze(1) * h[source])
        return F.log_softmax(F.elu(out), dim=1)


def accuracy(output, labels):
    preds = output.max(1)[1].type_as(labels)
    return preds.eq(labels).double().sum() / len(labels)


def main():
    rng = np.random.default_rng(42)
    labels = torch.LongTensor(np.arange(24) % 3)
    edge = rng.random((24, 24)) < np.where(labels.numpy()[:, None] == labels.numpy(), 0.4, 0.05)
    adj = torch.Tensor(((edge | edge.T) & ~np.eye(24, dtype=bool)).astype(float)) + torch.eye(24)
    edges = adj.nonzero().t()
    d_inv_sqrt = adj.sum(1).pow(-0.5)
    d_inv_sqrt[torch.isinf(d_inv_sqrt)] = 0.0
    norm_adj = torch.diag(d_inv_sqrt) @ adj @ torch.diag(d_inv_sqrt)
    features = torch.Tensor(rng.normal(size=(24, 8)))
    features = F.normalize(features, p=1, dim=1)
    idx_train, idx_val = torch.LongTensor(range(15)), torch.LongTensor(range(15, 24))
    gcn, gat = GCN(8, 8, 3), GAT(8, 3)
    same_start(gcn=gcn, gat=gat)
    assert repr(gcn.gc1) == "GraphConvolution (8 -> 8)"
    for name, model, graph in [("gcn", gcn, norm_adj), ("gat", gat, edges)]:
        optimizer = optim.Adam(model.parameters(), lr=0.05, weight_decay=5e-4)
        for epoch in range(10):
            model.train()
            optimizer.zero_grad()
            output = model(features, graph)
            loss_train = F.nll_loss(output[idx_train], labels[idx_train])
            loss_train.backward()
            optimizer.step()
            loss_val = F.nll_loss(output[idx_val], labels[idx_val])
            acc_val = accuracy(output[idx_val], labels[idx_val])
            print(
                f"{name} Epoch: {epoch:04d} acc_val: {acc_val.item():.4f} loss_train: {loss_train.item()}"
            )
            print(f"{name} Epoch: {epoch:04d} loss_val: {loss_val}"[:24], loss_val.item())


in_both_precisions(main)
