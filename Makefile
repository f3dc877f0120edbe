# make demo   see the whole portal at work          make test   run every test
# make check  lint, types, contracts, locks         make help   the rest

PYTHON ?= python3
BIN := .venv/bin
# Half as many again as processors: tests wait for browsers, databases and processes of their own.
WORKERS ?= $(shell $(PYTHON) -c "import os; cores = len(getattr(os, 'sched_getaffinity', lambda _: [1, 1])(0)); print(cores + (cores + 1) // 2)")
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
export UV_SYSTEM_CERTS := 1
# Half of what collecting the tests takes is rewriting their asserts, unless they are kept from the last run.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help .venv demo test test-parts check check-types check-lint check-safety check-house check-lock docs screens lock bench bench-small bench-compare scale soak faults image-test image-if-changed audit digests fuzz pictures golden golden-accept golden-record ablate machine mutants release clean

help:
	@echo "make demo        a district of 2,900 children, one letter, an inbox to click in"
	@echo "make test        every test, against real parts (make test-parts brings the system packages)"
	@echo "make check       lint, types, import contracts, migrations and locks in step"
	@echo "make docs        the documentation as a site, in build/docs"
	@echo "make screens     a picture of every page, for docs/screens"
	@echo "make bench       how fast it is, as ratios to a baseline, into docs/performance.md; bench-small only runs them"
	@echo "make bench-compare  this tree against the newest version or BASE=COMMIT, in processor time"
	@echo "make scale       what grows with links, children and guardians, into docs/scale.md (MOST=300000 for a quick form)"
	@echo "make fuzz        every property with fresh random examples (SECONDS=60, SEED=1, PLACES=tests/…)"
	@echo "make pictures    every picture of tests of OCR and of family pages; make test looks at every fourth"
	@echo "make golden      what the guard says of all it was ever asked, and what of that has changed"
	@echo "make golden-accept, golden-record   keep what it says now; ask anew all that the tests ask"
	@echo "make ablate      what each rule of the guard decides (RULES=name.full,veto.torn for some alone; VIEWS=all for views)"
	@echo "make soak        2,900 families open a letter in ten minutes while staff publish (SECONDS=60, DATABASE_URL=postgresql+psycopg://…)"
	@echo "make faults      site, worker, gate and writer of disclosures killed while a letter is sent and read (SEED=1, ONLY=sqlite)"
	@echo "make image-test  build the image and try it as compose.yaml starts it: a roster, a letter, a backup (root; some minutes)"
	@echo "make machine     an office, families and crashes in any order, the promises after each step (N=50 examples)"
	@echo "make mutants     small changes to the rules that no test of theirs notices (N=50)"
	@echo "make lock        lock what pyproject.toml asks for (UPGRADE=--upgrade for newer versions)"
	@echo "make audit       known weaknesses of what the lock lists, asked of osv.dev; accepted ones stand in requirements/accepted.toml"
	@echo "make digests     the digests of images, from their registries, into Dockerfile and compose.yaml (skopeo or docker)"
	@echo "make release     wheel, requirements, SBOM, image and checksums in dist/, and the tag (IMAGE=no without the image)"
	@echo "make .venv       only make the virtual environment"
	@echo "make clean       remove what was built; data in ./var stays"

.venv: .venv/.dev

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "The portal needs Python 3.11 or newer, and $(PYTHON) is not: try make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || \
		{ echo "$(PYTHON) came without its venv module: on Debian and Ubuntu run apt-get install" \
		"$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.run: $(BIN)/python requirements/run.txt requirements/build.txt pyproject.toml
	@echo "Installing what the portal runs on (only when the lock changed) ..."
	@$(PIP) --require-hashes -r requirements/build.txt
	@sh requirements/install.sh requirements/run.txt --compile-bytecode
	@$(PIP) --no-build-isolation --no-deps --no-index --editable .
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	@echo "Installing what the tests need (only when the lock changed) ..."
	@sh requirements/install.sh requirements/dev.txt
	@touch $@

demo: .venv/.run
	@$(BIN)/portal demo

test-parts:
	@sh tests/parts/install.sh

# `make check test` runs each test once: the house's and the migrations' stand in check already.
CHECKED := tests/house tests/migrations
test: .venv/.dev test-parts
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal $(if $(filter check,$(MAKECMDGOALS)),$(CHECKED:%=--ignore=%))

check: .venv/.dev
	@$(MAKE) --no-print-directory --jobs 2 check-house check-types check-safety check-lint check-lock  # the longest first

check-types: .venv/.dev
	$(BIN)/mypy
	$(BIN)/lint-imports

check-lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/deptry .

check-safety: .venv/.dev
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml portal

check-house: .venv/.dev
	$(BIN)/pytest --quiet $(CHECKED)
	$(BIN)/python -m tests.house.reading_level

check-lock: .venv/.dev
	sh requirements/lock.sh --check

docs: .venv/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --config-file docs/site/mkdocs.yml
	@echo "Open build/docs/index.html. To search, serve the folder: python3 -m http.server --directory build/docs"

screens: .venv/.dev test-parts
	rm -f docs/screens/*.png docs/screens/*.yaml
	PICTURES=all $(BIN)/pytest --quiet tests/browser/test_every_family_page.py tests/browser/test_every_staff_page.py \
		tests/browser/test_staff_writing.py::test_a_stop_is_a_whole_page_that_leads_back --screens docs/screens

lock: .venv/.dev
	sh requirements/lock.sh $(UPGRADE)

bench: .venv/.dev test-parts
	$(BIN)/python -m bench

BASE ?=
bench-compare: .venv/.dev test-parts
	$(BIN)/python -m bench.compare $(BASE)

bench-small: .venv/.dev test-parts
	$(BIN)/python -m bench --small

MOST ?= 3000000
scale: .venv/.dev test-parts
	$(BIN)/python -m bench.scale --most $(MOST)

SECONDS ?= 60
fuzz: .venv/.dev
	@$(BIN)/python -m tests.drills.fuzz --seconds $(SECONDS) $(if $(SEED),--seed $(SEED)) $(PLACES)

pictures: .venv/.dev test-parts
	PICTURES=all $(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal tests/reading tests/guard_corpus tests/browser/test_every_family_page.py

golden: .venv/.dev
	@$(BIN)/python -m tests.goldens.replay

golden-accept: .venv/.dev
	@$(BIN)/python -m tests.goldens.record --accept

golden-record: .venv/.dev
	@$(BIN)/python -m tests.goldens.record $(PLACES)

ablate: .venv/.dev
	@$(BIN)/python -m tests.goldens.ablation $(RULES) $(if $(VIEWS),--views $(VIEWS))

soak: .venv/.dev
	@$(BIN)/python -m tests.drills.soak --seconds $(SECONDS)

faults: .venv/.dev
	@$(BIN)/python -m tests.drills.faults $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY))

image-test: .venv/.dev
	@sh tests/image/install.sh
	@$(BIN)/python -m tests.image.image_builds
	@unshare --net sh -c 'ip link set lo up && exec $(BIN)/python -m tests.image.drive'

# For .ci/run: only what differs from the last release.
image-if-changed: .venv/.dev
	@$(BIN)/python -m tests.image.if_changed

N ?= 50
machine: .venv/.dev test-parts
	@$(BIN)/python -m tests.drills.machine --examples $(N)

mutants: .venv/.dev
	@$(BIN)/python -m tests.drills.mutants --count $(N)

# Not part of .ci/run, which asks nobody. Ends with 1 for a weakness, with 2 without an answer.
audit: $(BIN)/python
	@$(BIN)/python requirements/audit.py

digests:
	@sh deploy/digests.sh

release: .venv/.dev
	@sh deploy/release.sh

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
