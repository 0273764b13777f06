# Thin on purpose: the commands live in tools/dev.py, so Windows has the same ones.
# More words go through ARGS: make test ARGS="-k receive"
# The demo's centre stands on SQLite; make demo DB=postgresql gives it a PostgreSQL of its own, removed at the end.
.PHONY: setup demo test test-usb lint bench screens lock
demo:
	@python3 tools/dev.py demo $(if $(DB),--database $(DB)) $(ARGS)
setup test test-usb lint bench screens lock:
	@python3 tools/dev.py $@ $(ARGS)
