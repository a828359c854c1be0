# What a person does with Spelunker. `make` alone lists it.

# The first Python of 3.11 to 3.13 that is found; `make PYTHON=...` names another.
ifeq ($(origin PYTHON), undefined)
PYTHON := $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1 \
	&& echo $$name && break; done)
endif
ifeq ($(strip $(PYTHON)),)
$(error Spelunker needs Python 3.11, 3.12 or 3.13. Install one, or name it: make PYTHON=/path/to/python3.12)
endif

# Every target starts many processes, which would each compile our own modules again.
unexport PYTHONDONTWRITEBYTECODE

export VENV ?= .venv
BIN := $(VENV)/bin
# Which tests, and with what options: make test ARGS="rfp_manager -k export"
ARGS ?=
SAMPLES ?= rfp_manager/demo

.DEFAULT_GOAL := help
.PHONY: help install run demo test lint css messages lock evaluate-workbooks evaluate-drafts

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(firstword $(MAKEFILE_LIST)) | while IFS='|' read -r name text; do \
		printf '  make %-20s %s\n' "$$name" "$$text"; done

install: ## make .venv from the lock file (run and test do it by themselves)
	@$(PYTHON) requirements/install.py local

run: install ## start everything and print the address; Ctrl-C stops it (PORT, DEMO=0, SPELUNKER_STATE)
	@exec $(BIN)/python -m spelunker.embedded run --follow-parent

demo: install ## load the demonstration content again
	@$(BIN)/python manage.py load_demo

.PHONY: install-dev
install-dev:
	@$(PYTHON) requirements/install.py dev

test: install-dev ## run every test (ARGS="..." are pytest's)
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: install-dev ## check style, types, imports, migrations, templates, catalogues, settings and the built CSS
	@$(BIN)/python .ci/lint.py

css: install-dev ## build static/css/app.css
	$(BIN)/tailwindcss -i themis/styles/app.css -o static/css/app.css --minify

messages: install-dev ## bring the German and French catalogues under locale/ to the code, and compile them
	@$(BIN)/python .ci/messages.py update

lock: install-dev ## resolve the lock files anew from pyproject.toml and requirements/*.in
	@$(BIN)/python requirements/lock.py

.PHONY: screenshots
screenshots: install-dev ## photograph every page into screenshots/, wide and phone, light and dark
	@$(BIN)/python docs/take_screenshots.py

evaluate-workbooks: install-dev ## score detection and export on labelled workbooks (SAMPLES=folder)
	@$(BIN)/python benchmarks/evaluate_workbooks.py $(SAMPLES)

.PHONY: evaluate-ingestion
evaluate-ingestion: install-dev ## measure ingestion against the bare embedding model on the same chunks
	@$(BIN)/python benchmarks/ingestion.py $(ARGS)

.PHONY: evaluate-ingestion-memory
evaluate-ingestion-memory: install-dev ## measure memory from 100 to 10,000 documents (ARGS="--sizes 100,1000")
	@$(BIN)/python benchmarks/ingestion_memory.py $(ARGS)

.PHONY: evaluate-uploads
evaluate-uploads: install-dev ## upload 200 mixed documents and kill the worker twice (ARGS="--count 200")
	@$(BIN)/python benchmarks/ingestion_uploads.py $(ARGS)

evaluate-drafts: install-dev ## measure drafting on the demonstration's labelled questions
	@$(BIN)/python benchmarks/drafting.py

.PHONY: evaluate-retrieval
evaluate-retrieval: install-dev ## compare search with four usual ways on labelled sets (SETS=folder)
	@$(BIN)/python benchmarks/retrieval.py $(SETS)

.PHONY: evaluate-llm-drafting
evaluate-llm-drafting: install-dev ## measure drafting with a language model that answers in a second
	@$(BIN)/python benchmarks/llm_drafting.py $(ARGS)
