# hidden-gaussian. `make` lists the targets; docs/setup.md explains the set-up.
#
# DEVICE   cpu or gpu: the TensorFlow that `make setup` installs (default: as last time, else cpu)
# PROFILE  smoke, quick, full or paper: the scale of `make figures` and `site` (default: quick)
# CASES    the cases of `make bench`, with commas between (default: all); REPS: pairs of each

SHELL = /bin/sh
NODE ?= node
PROFILE ?= quick
DEVICE ?=
CASES ?=
REPS ?=
BENCH_ARGS ?=
export NODE DEVICE

CLI = $(NODE) bin/hidden-gaussian.js
SETUP = sh tools/setup.sh

.PHONY: help setup data figures site test test-browser test-pack lint format lab bench doctor clean clean-all

help:
	@echo 'make setup         everything the project needs, inside this folder (DEVICE=gpu for CUDA)'
	@echo 'make figures       runs the five notebooks, writes figures/ (PROFILE=smoke|quick|full)'
	@echo 'make site          the executed notebooks as pages, in figures/site/ (PROFILE=...)'
	@echo 'make lab           JupyterLab with the notebooks, on this machine only'
	@echo 'make test          lint and all tests, the notebooks included'
	@echo 'make test-browser  the rendered pages and JupyterLab in Chromium'
	@echo 'make test-pack     installs the npm package in an empty folder and uses it there'
	@echo 'make lint          checks form and the direction of imports'
	@echo 'make format        mends what can be mended of the form'
	@echo 'make bench         times the library beside PyTorch and tfjs-node (CASES=heun REPS=15)'
	@echo 'make data          brings Fashion-MNIST into data/'
	@echo 'make doctor        checks this installation'
	@echo 'make clean         removes what was compiled, and caches'
	@echo 'make clean-all     also what was installed'
	@echo 'Data, runs, sweeps and figures are never removed.'

setup:
	@$(SETUP)

data: setup
	@$(CLI) data

figures: data
	@$(CLI) figures --profile $(PROFILE)

site: setup
	@$(CLI) site --profile $(PROFILE)

test: data lint
	@$(NODE) tools/run-tests.mjs

test-browser: data
	@$(NODE) tools/run-tests.mjs --browser

test-pack: setup
	@$(NODE) tools/pack/trial.mjs

lint: setup
	@$(NODE) tools/lint.mjs

format: setup
	@$(NODE) tools/lint.mjs --fix

lab: setup
	@$(CLI) lab

bench: setup
	@$(NODE) tools/setup-torch.mjs 'make bench'
	@$(NODE) dist/bench/main.js --cases=$(CASES) --reps=$(REPS) $(BENCH_ARGS)

doctor:
	@$(CLI) doctor

clean:
	rm -rf dist .setup/tmp .setup/stamps/build.json .cache hidden-gaussian-*.tgz
	rm -rf test/golden/figures/*.changed.json notebooks/.ipynb_checkpoints

clean-all: clean
	rm -rf node_modules .venv .venv-torch .setup native/build
