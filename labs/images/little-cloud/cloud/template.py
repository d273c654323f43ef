"""The learner's SAM template: what of it is offered here, as data.

All that isn't offered is refused by name, with its line, so that nothing is
ignored in silence that a real deployment would obey.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from . import tree as yaml_tree
from .refusal import Refusal, Refused
from .tree import Tree
from .values import Values

FILE = "template.yaml"
TRANSFORM = "AWS::Serverless-2016-10-31"
FUNCTION = "AWS::Serverless::Function"
HTTP_API = "AWS::Serverless::HttpApi"
RUNTIME = "python3.13"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "ANY"}
#: AWS's own defaults and limits.
TIMEOUT, MEMORY = 3, 128
MOST_SECONDS, MOST_MEMORY = 900, 10_240
#: What a function may also say, and what it may be: it changes nothing here.
_SAID = {"Architectures": ("x86_64", "arm64"), "PackageType": ("Zip",), "Tags": None}
#: Bytes of a function's environment, as on AWS.
MOST_ENVIRONMENT = 4096

_TOP = {"AWSTemplateFormatVersion", "Transform", "Description", "Metadata", "Parameters", "Globals", "Resources", "Outputs"}
_PROPERTIES = {
    "Handler", "Runtime", "CodeUri", "Environment", "Timeout", "MemorySize", "Events", "Description", "LoggingConfig", *_SAID,
}
_GLOBALS = {"Handler", "Runtime", "CodeUri", "Environment", "Timeout", "MemorySize", "LoggingConfig", "Architectures", "Tags"}
_PARAMETER = {"Type", "Default", "Description", "NoEcho", "AllowedValues", "AllowedPattern", "ConstraintDescription", "MinLength", "MaxLength"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
_PATH = re.compile(r"(/|(/([A-Za-z0-9._~-]+|\{[A-Za-z0-9._-]+\+?\}))+/?)")
_RESERVED = re.compile(r"(AWS_|LAMBDA_|LD_|_HANDLER$|_X_AMZN)")


@dataclass(frozen=True)
class Route:
    """`GET /links/{code}`; `$default` takes all that no other takes."""

    method: str
    path: str

    @property
    def key(self) -> str:
        return "$default" if self.path == "$default" else f"{self.method} {self.path}"


@dataclass(frozen=True)
class Function:
    """A function as it will run."""

    name: str
    line: int
    handler: str
    code: str
    environment: dict[str, str]
    timeout: int
    memory: int
    #: What the template says by itself, without our defaults.
    declared_timeout: int | None
    declared_memory: int | None
    log_format: str
    log_level: str
    routes: tuple[Route, ...]


@dataclass(frozen=True)
class Cors:
    """Who may read answers from another origin, and how they may ask."""

    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    expose: tuple[str, ...] = ()
    max_age: int | None = None
    credentials: bool = False


@dataclass(frozen=True)
class Template:
    """All that is deployed."""

    functions: dict[str, Function]
    cors: Cors | None
    parameters: tuple[str, ...] = field(default=())


def read(text: str, given: dict[str, str]) -> Template:
    """Reads a template, its parameters filled in; `Refused` names all that is wrong."""
    root = yaml_tree.read(FILE, text)
    refusals: list[Refusal] = []
    if not root.is_mapping:
        raise Refused(root.refusal("not-a-template", FILE, f"a template is a mapping, not {root.described()}"))
    _only(root, _TOP, "a template", refusals)
    _transform(root, refusals)
    parameters = _parameters(root.get("Parameters"), given, refusals)
    resources = root.get("Resources")
    if resources is None or not resources.is_mapping:
        raise Refused(*refusals, root.refusal("no-resources", "Resources", "there are no `Resources` here"))
    names = {name for name, _, _ in resources.entries()}
    return _Reader(root, resources, Values(parameters, names, refusals)).template()


def _transform(root: Tree, refusals: list[Refusal]) -> None:
    transform = root.get("Transform")
    named = [one.text for one in transform.items()] or [transform.text] if transform else []
    if named != [TRANSFORM]:
        where = transform or root
        refusals.append(where.refusal("no-transform", "Transform", f"`Transform: {TRANSFORM}` makes this a SAM template; it isn't here"))


def _parameters(tree: Tree | None, given: dict[str, str], refusals: list[Refusal]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, key, parameter in tree.entries() if tree else ():
        _only(parameter, _PARAMETER, f"the parameter `{name}`", refusals)
        default = parameter.get("Default")
        if name in given:
            values[name] = given[name]
        elif default is not None and default.is_scalar:
            values[name] = default.text
        else:
            known = ", ".join(sorted(given)) or "none"
            refusals.append(key.refusal(
                "no-value", name, f"the parameter `{name}` has no `Default`, and the lab gives it no value; it gives: {known}"
            ))
            values[name] = ""
    return values


def _only(tree: Tree, offered: set[str], where: str, refusals: list[Refusal]) -> None:
    """Refuses what isn't offered in a mapping."""
    if not tree.is_mapping:
        refusals.append(tree.refusal("not-a-mapping", where, f"{where} is a mapping, not {tree.described()}"))
    for name, key, _ in tree.entries():
        if name not in offered:
            known = ", ".join(sorted(offered))
            refusals.append(key.refusal("not-offered", name, f"`{name}` isn't offered here in {where}; offered are: {known}"))


class _Reader:
    def __init__(self, root: Tree, resources: Tree, values: Values) -> None:
        self.resources = resources
        self.values = values
        self.refusals = values.refusals
        shared = root.get("Globals")
        if shared is not None:
            _only(shared, {"Function", "HttpApi"}, "`Globals`", self.refusals)
        self.shared = shared.get("Function") if shared else None
        self.shared_api = shared.get("HttpApi") if shared else None
        if self.shared is not None:
            _only(self.shared, _GLOBALS, "`Globals: Function`", self.refusals)
        if self.shared_api is not None:
            _only(self.shared_api, {"CorsConfiguration"}, "`Globals: HttpApi`", self.refusals)
        self.taken: dict[str, str] = {}

    def template(self) -> Template:
        functions: dict[str, Function] = {}
        apis: list[tuple[str, Tree | None]] = []
        for name, key, resource in self.resources.entries():
            kind = resource.get("Type")
            what = kind.text if kind else ""
            if not _NAME.fullmatch(name):
                self._refuse(key, "bad-name", name, f"`{name}` is no name for a resource: letters and digits only")
            elif what == FUNCTION:
                _only(resource, {"Type", "Properties", "Metadata", "DependsOn"}, f"`{name}`", self.refusals)
                functions[name] = self._function(name, key, resource.get("Properties"))
            elif what == HTTP_API:
                _only(resource, {"Type", "Properties"}, f"`{name}`", self.refusals)
                apis.append((name, resource.get("Properties")))
            elif what:
                self._refuse(kind or key, "not-offered", what, f"`{what}` isn't offered here; {FUNCTION} and {HTTP_API} are")
            else:
                self._refuse(key, "no-type", name, f"`{name}` has no `Type`")
        cors = self._cors(apis)
        if not functions:
            self._refuse(self.resources, "no-function", FUNCTION, "there is no function here")
        if self.refusals:
            raise Refused(*self.refusals)
        return Template(functions, cors, tuple(self.values.parameters))

    def _function(self, name: str, key: Tree, own: Tree | None) -> Function:
        if own is not None:
            _only(own, _PROPERTIES, f"the function `{name}`", self.refusals)

        def property_of(what: str) -> Tree | None:
            found = own.get(what) if own else None
            return found or (self.shared.get(what) if self.shared else None)

        def needed(what: str) -> str:
            found = property_of(what)
            if found is None:
                self._refuse(key, "missing", what, f"the function `{name}` has no `{what}`")
                return ""
            return self.values.text(found)

        handler, code, runtime = needed("Handler"), needed("CodeUri"), needed("Runtime")
        if runtime and runtime != RUNTIME:
            self._refuse(property_of("Runtime") or key, "not-offered", runtime, f"the runtime `{runtime}` isn't offered here; {RUNTIME} is")
        if handler and not re.fullmatch(r"[A-Za-z0-9_./-]+\.[A-Za-z_][A-Za-z0-9_]*", handler):
            self._refuse(property_of("Handler") or key, "bad-handler", handler, f"a handler is written FILE.FUNCTION, without `.py`, not `{handler}`")
        seconds, size = property_of("Timeout"), property_of("MemorySize")
        timeout = self.values.number(seconds, "Timeout", 1, MOST_SECONDS) if seconds else None
        memory = self.values.number(size, "MemorySize", 128, MOST_MEMORY) if size else None
        log_format, log_level = self._logging(property_of("LoggingConfig"))
        for what, offered in _SAID.items():
            said = property_of(what)
            for one in (said.items() or [said]) if said and offered else ():
                if (value := self.values.text(one)) not in offered:
                    self._refuse(one, "bad-value", value, f"`{what}` is one of {', '.join(offered)}, not `{value}`")
        return Function(
            name=name,
            line=key.line,
            handler=handler,
            code=code,
            environment=self._environment(name, key, own),
            timeout=TIMEOUT if timeout is None else timeout,
            memory=MEMORY if memory is None else memory,
            declared_timeout=timeout,
            declared_memory=memory,
            log_format=log_format,
            log_level=log_level,
            routes=self._routes(name, own.get("Events") if own else None),
        )

    def _environment(self, name: str, key: Tree, own: Tree | None) -> dict[str, str]:
        """A function's own variables over those of Globals, as SAM merges them."""
        found: dict[str, str] = {}
        for properties in (self.shared, own):
            environment = properties.get("Environment") if properties else None
            if environment is None:
                continue
            _only(environment, {"Variables"}, "`Environment`", self.refusals)
            variables = environment.get("Variables")
            for variable, place, value in variables.entries() if variables else ():
                if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]+", variable) or _RESERVED.match(variable):
                    self._refuse(place, "bad-variable", variable, f"`{variable}` can't be the name of a function's variable")
                else:
                    found[variable] = self.values.text(value)
        if sum(len(variable) + len(value.encode()) for variable, value in found.items()) > MOST_ENVIRONMENT:
            self._refuse(key, "too-large", "Environment", f"the variables of `{name}` are more than {MOST_ENVIRONMENT} bytes")
        return found

    def _logging(self, tree: Tree | None) -> tuple[str, str]:
        if tree is None:
            return "Text", "INFO"
        _only(tree, {"LogFormat", "ApplicationLogLevel"}, "`LoggingConfig`", self.refusals)
        chosen = []
        for name, offered in (("LogFormat", ("Text", "JSON")), ("ApplicationLogLevel", ("INFO", "TRACE", "DEBUG", "WARN", "ERROR", "FATAL"))):
            place = tree.get(name)
            value = self.values.text(place) if place else offered[0]
            if value not in offered:
                self._refuse(place or tree, "bad-value", value, f"`{name}` is one of {', '.join(offered)}, not `{value}`")
            chosen.append(value)
        return chosen[0], chosen[1]

    def _routes(self, function: str, events: Tree | None) -> tuple[Route, ...]:
        routes: list[Route] = []
        for name, key, event in events.entries() if events else ():
            kind = event.get("Type")
            _only(event, {"Type", "Properties"}, f"the event `{name}`", self.refusals)
            if kind is None or kind.text != "HttpApi":
                what = kind.text if kind else "nothing"
                self._refuse(kind or key, "not-offered", what, f"an event of type `{what}` isn't offered here; HttpApi is")
                continue
            route = self._route(name, key, event.get("Properties"))
            if route is None:
                continue
            if route.key in self.taken:
                self._refuse(key, "doubled", route.key, f"`{route.key}` leads to `{self.taken[route.key]}` already")
            self.taken[route.key] = function
            routes.append(route)
        return tuple(routes)

    def _route(self, name: str, key: Tree, properties: Tree | None) -> Route | None:
        if properties is None:
            return Route("ANY", "$default")
        _only(properties, {"Path", "Method", "ApiId"}, f"the event `{name}`", self.refusals)
        api = properties.get("ApiId")
        if api is not None and self._api_type(self.values.resource(api)) != HTTP_API:
            self._refuse(api, "unknown-api", api.text, f"`ApiId` must be the `!Ref` of an {HTTP_API} of this template")
        path, method = properties.get("Path"), properties.get("Method")
        if path is None and method is None:
            return Route("ANY", "$default")
        if path is None or method is None:
            self._refuse(key, "missing", "Path or Method", f"the event `{name}` needs both `Path` and `Method`")
            return None
        where, how = self.values.text(path), self.values.text(method).upper()
        if where == "$default":
            return Route("ANY", "$default")
        if not _PATH.fullmatch(where) or "+}" in where[:-2]:
            self._refuse(path, "bad-path", where, f"`{where}` is no path: `/links/{{code}}` or, at the end, `{{rest+}}`")
            return None
        if how not in METHODS:
            self._refuse(method, "bad-method", how, f"`{how}` is no method; there are: {', '.join(sorted(METHODS))}")
            return None
        return Route(how, where)

    def _api_type(self, name: str | None) -> str | None:
        resource = self.resources.get(name) if name else None
        kind = resource.get("Type") if resource else None
        return kind.text if kind else None

    def _cors(self, apis: list[tuple[str, Tree | None]]) -> Cors | None:
        if len(apis) > 1:
            self._refuse(self.resources, "not-offered", HTTP_API, "one HTTP API is offered here, not several")
        own = apis[0][1] if apis else None
        if own is not None:
            _only(own, {"CorsConfiguration", "Description", "StageName"}, f"`{apis[0][0]}`", self.refusals)
            stage = own.get("StageName")
            if stage is not None and self.values.text(stage) != "$default":
                self._refuse(stage, "not-offered", stage.text, "only the stage `$default` is offered here")
        tree = (own.get("CorsConfiguration") if own else None) or (self.shared_api.get("CorsConfiguration") if self.shared_api else None)
        if tree is None:
            return None
        if tree.is_scalar:
            if tree.text.lower() == "true":
                return Cors(origins=("*",), methods=("*",), headers=("*",))
            self._refuse(tree, "bad-value", tree.text, "`CorsConfiguration` is a mapping here")
            return None
        _only(tree, {"AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders", "MaxAge", "AllowCredentials"}, "`CorsConfiguration`", self.refusals)

        def texts(name: str) -> tuple[str, ...]:
            found = tree.get(name)
            if found is not None and not found.is_list:
                self._refuse(found, "not-a-list", name, f"`{name}` is a list, not {found.described()}")
            return tuple(self.values.text(item) for item in found.items()) if found else ()

        age, credentials = tree.get("MaxAge"), tree.get("AllowCredentials")
        return Cors(
            origins=texts("AllowOrigins"),
            methods=tuple(method.upper() for method in texts("AllowMethods")),
            headers=texts("AllowHeaders"),
            expose=texts("ExposeHeaders"),
            max_age=self.values.number(age, "MaxAge", 0, 86400) if age else None,
            credentials=credentials is not None and credentials.text.lower() == "true",
        )

    def _refuse(self, tree: Tree, code: str, what: str, message: str) -> None:
        self.refusals.append(tree.refusal(code, what, message))
