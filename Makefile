.PHONY: check test parity bench docs

check: ## linters and type checkers
	ruff check .
	ruff format --check .
	mypy
	pyright

test: ## the suite that needs neither torch nor a network
	python -m pytest

parity: ## the same programs under PyTorch, which must be installed
	python -m pytest tests/parity

bench: ## speed and memory against PyTorch, micrograd, MyGrad and HIPS autograd
	python -m benchmarks

docs: ## the documentation, in docs/_build: pip install -e ".[docs]" first
	sphinx-build -W --keep-going -q docs docs/_build
