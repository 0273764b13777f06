"""Which packages a wheel holds. All else stands in pyproject.toml.

resources/ stays at the top of the checkout, where people look for it, and travels as `corner_app.resources`,
so `importlib.resources.files("corner_app.resources")` finds it in an editable install and in a wheel alike.
central_server brings along what lies beside its code: pages and styles (`pages/templates/`), the steps of its tables (`storage/migrations/`).
"""

from setuptools import find_namespace_packages, find_packages, setup

RESOURCES = ["corner_app.resources", *(f"corner_app.resources.{folder}" for folder in find_namespace_packages("resources"))]

CENTRE = {"central_server.pages": ["templates/*"], "central_server.storage": ["migrations/**/*"]}

setup(
    packages=[*find_packages(include=["corner_app*", "central_server*"]), *RESOURCES],
    package_dir={"corner_app.resources": "resources"},
    package_data={folder: ["*"] for folder in RESOURCES} | CENTRE,
    exclude_package_data={"": ["**/__pycache__/*"]},
)
