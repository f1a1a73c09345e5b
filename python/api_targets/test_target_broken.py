"""Run by the tests of the REST service: cannot be imported."""

import a_module_that_nobody_has

a_module_that_nobody_has.use()
