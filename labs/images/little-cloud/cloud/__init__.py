"""A small cloud for one learner: functions behind an HTTP API.

The learner's SAM template is read (`template`), its code packaged (`package`),
its tables made (`schema`); instances of functions run under AWS's runtime
interface emulator (`instance`, `pool`); `gateway` serves the HTTP API in front
of them, `control` what the lab asks. `deployment` holds it together.
"""
