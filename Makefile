# GNU make. `make` alone lists the targets.

PYTHON ?= python3
# What llama.cpp is built with: without image input and without TLS, which nothing here uses.
export CMAKE_ARGS ?= -DLLAVA_BUILD=OFF -DLLAMA_OPENSSL=OFF

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEMO_SPEC := examples/shuiwu-2023-theme.yaml
DEMO := drafts/demo
# Steals work: neighbours, which share what they prepare, stay together as long as they can.
PARALLEL := -n auto --dist worksteal
MODELS := qwen2.5-coder-1.5b-instruct-q4_k_m qwen2.5-coder-0.5b-instruct-q4_k_m

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help setup demo models lint check test format docs wheel clean

help:
	@echo "make setup    建立 $(VENV) 并安装（首次编译 llama.cpp，双核电脑约 6 分半钟）"
	@echo "make demo     下载默认模型（1.1 GB），用示例规格起草一份材料"
	@echo "make check    格式、静态检查和不用模型的快速测试"
	@echo "make test     下载两个模型（1.6 GB），运行全部检查和测试（含较慢的和用模型的）"
	@echo "make format   整理代码格式"
	@echo "make docs     从校对规则生成 docs/rules.md"
	@echo "make wheel    打包到 dist/"
	@echo "make clean    删除缓存和打包结果（不动 $(VENV)、drafts/ 和模型）"

setup: $(INSTALLED)

$(INSTALLED): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { \
	  echo "找不到 $(PYTHON)。请安装 Python 3.11 以上版本，或指明：make setup PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "需要 Python 3.11 以上版本，而 $(PYTHON) 是 $$($(PYTHON) -V 2>&1)。可指明：make setup PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip freeze | grep -qxiF "$$(grep -i '^llama_cpp_python==' constraints.txt)" || { \
	  echo "首次安装要编译 llama.cpp（需要 C++ 编译器），双核电脑约 6 分半钟，编译时 pip 只报 “still running...”；"; \
	  echo "以后不再编译。"; }
	$(BIN)/python -m pip install --disable-pip-version-check -e ".[dev]" -c constraints.txt
	@$(BIN)/python -m compileall -q assistant  # pip compiles every package but an editable one
	@touch $@

# Exit code 1 with a path on stdout: written, with places left to fill in or verify.
demo: setup
	$(BIN)/assistant model pull
	@status=0; \
	draft=$$($(BIN)/assistant generate --spec $(DEMO_SPEC) --out $(DEMO) $(if $(wildcard $(DEMO)),--resume)) || status=$$?; \
	if [ $$status -gt 1 ]; then exit $$status; fi; \
	if [ -z "$$draft" ]; then exit 1; fi; \
	if [ $$status -eq 1 ]; then echo "已写完；【待补】【待核】之处（见上）要由人补充、核实。"; fi; \
	echo "初稿在：$$draft"

models: setup
	for model in $(MODELS); do $(BIN)/assistant model pull $$model || exit; done

lint: setup
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint
	$(BIN)/pytest $(PARALLEL) -m "not model and not slow"

# One model at a time: each wants the memory and every core.
test: models lint
	$(BIN)/pytest $(PARALLEL) -m "not model"
	$(BIN)/pytest -m model

format: setup
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

docs: setup
	$(BIN)/python -m assistant.checks.handbook > docs/rules.md

wheel: setup
	$(BIN)/python -m pip wheel --disable-pip-version-check --no-deps --wheel-dir dist .

clean:
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
