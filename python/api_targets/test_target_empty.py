"""Run by the tests of the REST service: has no tests."""
