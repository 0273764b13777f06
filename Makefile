# Thin on purpose: the commands live in tools/dev.py, so Windows has the same ones.
# More words go through ARGS: make test ARGS="-k receive"
.PHONY: setup demo test lint bench screens lock
setup demo test lint bench screens lock:
	@python3 tools/dev.py $@ $(ARGS)
