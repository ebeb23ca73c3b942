# make up      set up once, then start the service and the chat
# make install set up only
# make test    everything that must pass, with what it needs
# make test-slow  the long ones: minutes of killing and asking
# make audit   known weaknesses of the pinned libraries; asks the package index about each
# make eval    the gold questions, answered and counted
# make bench   the measurements that README quotes
# make profile where an ask and an indexing run spend their time

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3)
TORCH := $(shell sed -n 's/^torch==//p' constraints.txt)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export CCHC_DATA ?= var

.PHONY: up install encoder test test-slow audit eval train bench profile clean browser ocr

up: install
	@$(BIN)/cchc up

install: $(VENV)/.installed encoder ocr

# Answers at once when the encoder is there.
encoder: $(VENV)/.installed
	@$(BIN)/python -m index.encoder_build

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Cần Python 3.11 trở lên; hãy cài nó hoặc chỉ đường dẫn: make PYTHON=/duong/dan/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "Không tạo được môi trường ảo; trên Debian/Ubuntu hãy chạy: apt-get install python3-venv"; exit 1; }

# torch first and by its CPU build: what follows would bring several gigabytes of CUDA otherwise. Where the package
# index has no such build (PyPI has it for ARM and macOS under the plain version only), the plain version is taken.
$(VENV)/.installed: constraints.txt pyproject.toml | $(BIN)/python
	@echo "Cài đặt thư viện (lần đầu mất vài phút)…"
	@$(PIP) install 'torch==$(TORCH)+cpu' -c constraints.txt 2> $(VENV)/torch.log \
	    || { echo "Kho gói không có torch==$(TORCH)+cpu, dùng torch==$(TORCH); trên x86-64 bản này kéo theo CUDA (vài GB)."; $(PIP) install -c constraints.txt torch; }
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-for-tests: $(VENV)/.installed
	@$(PIP) install -c constraints.txt -e '.[test]'
	@touch $@

# Files in their order, not those with most tests first: the slow ones have few, and one would run alone at the end.
test: install $(VENV)/.installed-for-tests browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml corpus index service ui
	$(BIN)/pytest -m "not slow" --numprocesses 2 --dist loadfile --no-loadscope-reorder

test-slow: install $(VENV)/.installed-for-tests browser
	$(BIN)/pytest -m slow

# In an environment of its own: what it brings along is nothing that the product runs with. --strict: a library that the
# index doesn't tell about is an error, not a pass.
audit:
	@$(PYTHON) -m venv $(VENV)-audit && $(VENV)-audit/bin/pip --quiet install pip-audit
	$(VENV)-audit/bin/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt

# Debian's own packages: installed when root; otherwise named, and what needs them says so when it is used.
define debian
	@missing=; for pair in $(1); do command -v $${pair%%:*} > /dev/null || missing="$$missing $${pair#*:}"; done; \
	if [ -n "$$missing" ]; then \
	    if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	        apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $$missing > /dev/null \
	        || echo "Không cài được:$$missing"; \
	    else echo "Chưa có: $$missing; hãy chạy: sudo apt-get install$$missing"; fi; \
	fi
endef

# Scans need the Vietnamese recogniser.
ocr:
	$(call debian,tesseract:tesseract-ocr tesseract:tesseract-ocr-vie)

# The browser tests need Chromium, .doc files LibreOffice; without them those tests are skipped and say so.
browser: ocr
	$(call debian,chromium:chromium soffice:libreoffice-writer-nogui)

eval: install
	@$(BIN)/cchc eval

# Learns service/data/match_model.*, reader.* and question_pairs.txt anew; the result is committed.
train: install
	@$(BIN)/python -m tests.eval.training $(CCHC_DATA)

# More of it: make bench BENCH="--sizes 1,10,100,1000,2520 --home /tmp/national"
bench: install $(VENV)/.installed-for-tests
	@$(BIN)/python -m tests.bench $(BENCH)

profile: install $(VENV)/.installed-for-tests
	@$(BIN)/python -m tests.bench.profile $(CCHC_DATA)/profile

# What was set up and cached; the data directory stays.
clean:
	rm -rf $(VENV) $(VENV)-audit .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
