"""What of a template is offered, and how the rest is refused."""

import pytest
from cloud import template
from cloud.refusal import Refused
from cloud.template import Route

GIVEN = {"BaseUrl": "https://a.example"}


def refused(text, given=GIVEN):
    with pytest.raises(Refused) as caught:
        template.read(text, given)
    return caught.value.refusals


def only(text, given=GIVEN):
    (refusal,) = refused(text, given)
    return refusal


def test_a_function_has_its_routes_and_values(text):
    function = template.read(text, GIVEN).functions["Hello"]
    assert function.routes == (Route("GET", "/hello/{name}"),)
    assert function.environment == {"BASE_URL": "https://a.example"}
    assert (function.timeout, function.declared_timeout) == (3, None)


def test_globals_count_and_a_functions_own_values_win(text):
    text = text.replace(
        "Resources:",
        "Globals: {Function: {Timeout: 7, MemorySize: 256, Environment: {Variables: {BASE_URL: x, AB: c}}}}\nResources:",
    ).replace("      CodeUri", "      Timeout: 9\n      CodeUri")
    function = template.read(text, GIVEN).functions["Hello"]
    assert (function.timeout, function.declared_memory) == (9, 256)
    assert function.environment == {"BASE_URL": "https://a.example", "AB": "c"}


@pytest.mark.parametrize("value", ["!Sub '${BaseUrl}/r'", "{'Fn::Sub': '${BaseUrl}/r'}"])
def test_parameters_are_substituted_in_both_forms(text, value):
    read = template.read(text.replace("!Ref BaseUrl", value), GIVEN)
    assert read.functions["Hello"].environment["BASE_URL"] == "https://a.example/r"


def test_a_literal_dollar_stays(text):
    read = template.read(text.replace("!Ref BaseUrl", "!Sub '${!x} ${AWS::Region}'"), GIVEN)
    assert read.functions["Hello"].environment["BASE_URL"] == "${x} eu-west-3"


def test_what_is_not_offered_is_refused_by_name_with_its_line(text):
    text += "  Table:\n    Type: AWS::DynamoDB::Table\n"
    refusal = only(text)
    assert (refusal.file, refusal.line, refusal.code, refusal.what) == (
        "template.yaml", 15, "not-offered", "AWS::DynamoDB::Table",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "line", "code", "what"),
    [
        ("CodeUri: src/", "CodeUri: src/\n      Layers: [x]", 11, "not-offered", "Layers"),
        ("python3.13", "nodejs20.x", 8, "not-offered", "nodejs20.x"),
        ("!Ref BaseUrl", "!GetAtt Hello.Arn", 11, "not-offered", "GetAtt"),
        ("!Ref BaseUrl", "!Ref BaseUri", 11, "unknown-parameter", "BaseUri"),
        ("!Ref BaseUrl", "!Ref Hello", 11, "not-a-parameter", "Hello"),
        ("app.handler", "app", 9, "bad-handler", "app"),
        ("Type: HttpApi", "Type: Schedule", 13, "not-offered", "Schedule"),
        ("Method: get", "Method: fetch", 13, "bad-method", "FETCH"),
        ('"/hello/{name}"', "hello", 13, "bad-path", "hello"),
        ("Transform: AWS::Serverless-2016-10-31", "Description: x", 1, "no-transform", "Transform"),
        ("BASE_URL: !Ref", "AWS_REGION: !Ref", 11, "bad-variable", "AWS_REGION"),
        ("      Runtime: python3.13\n", "", 5, "missing", "Runtime"),
        ("CodeUri: src/", "CodeUri: src/\n      Timeout: 3s", 11, "bad-number", "Timeout"),
        ("CodeUri: src/", "CodeUri: src/\n      CodeUri: lib/", 11, "doubled", "CodeUri"),
    ],
)
def test_each_mistake_has_its_place(text, before, after, line, code, what):
    assert before in text
    refusal = only(text.replace(before, after))
    assert (refusal.line, refusal.code, refusal.what) == (line, code, what)


def test_all_mistakes_are_told_at_once(text):
    assert len(refused(text.replace("python3.13", "go1.x").replace("Method: get", "Method: fetch"))) == 2


def test_a_parameter_needs_a_value(text):
    refusal = only(text, {"Other": "x"})
    assert (refusal.line, refusal.code, refusal.what) == (3, "no-value", "BaseUrl")
    assert "Other" in refusal.message


@pytest.mark.parametrize(
    ("text", "code"),
    [("a: [", "not-yaml"), ("", "empty"), ("- a", "not-a-template"), ("a: &x 1\nb: *x", "not-offered"), ("x" * 60_000, "too-large"), ("a: \0", "not-yaml")],
)
def test_what_is_no_template_is_refused(text, code):
    assert refused(text)[0].code == code


def test_deep_nesting_ends_nothing():
    assert refused("[" * 5000)[0].code == "not-yaml"


@pytest.mark.parametrize(
    ("property", "bounds"), [("Timeout", {0: False, 1: True, 60: True, 900: True, 901: False}), ("MemorySize", {127: False, 128: True, 10_240: True, 10_241: False})]
)
def test_bounds_are_those_of_aws(text, property, bounds):
    for value, good in bounds.items():
        given = text.replace("CodeUri: src/", f"CodeUri: src/\n      {property}: {value}")
        if good:
            assert str(value) in repr(template.read(given, GIVEN).functions["Hello"])
        else:
            assert only(given).code == "bad-number"


def test_what_changes_nothing_may_be_said(text):
    said = "CodeUri: src/\n      Architectures: [arm64]\n      PackageType: Zip\n      Tags: {a: b}"
    said = text.replace("CodeUri: src/", said).replace("Properties:", "Metadata: {BuildMethod: python3.13}\n    Properties:", 1)
    said = said.replace("Resources:", "Globals: {Function: {Architectures: [x86_64]}}\nMetadata: {a: b}\nOutputs: {A: {Value: !GetAtt Hello.Arn}}\nResources:")
    assert template.read(said, GIVEN).functions["Hello"].routes == template.read(text, GIVEN).functions["Hello"].routes
    assert only(text.replace("CodeUri: src/", "CodeUri: src/\n      Architectures: [riscv]")).code == "bad-value"


def test_the_transform_may_be_a_list_of_one(text):
    transform = "Transform: AWS::Serverless-2016-10-31"
    read = template.read(text.replace(transform, "Transform: [AWS::Serverless-2016-10-31]"), GIVEN)
    assert list(read.functions) == ["Hello"]
    assert only(text.replace(transform, "Transform: [Other, AWS::Serverless-2016-10-31]")).code == "no-transform"


def test_a_tag_runs_nothing(text):
    refusal = only(text.replace("!Ref BaseUrl", "!!python/object/apply:os.system ['true']"))
    assert refusal.code == "not-a-text"


def test_two_events_cannot_share_a_route(text):
    text += '        Again: {Type: HttpApi, Properties: {Path: "/hello/{name}", Method: GET}}\n'
    assert only(text).code == "doubled"


def test_cors_stands_in_globals_or_in_the_api(text):
    shared = "Globals: {HttpApi: {CorsConfiguration: {AllowOrigins: [!Ref BaseUrl], AllowMethods: [get]}}}\nResources:"
    cors = template.read(text.replace("Resources:", shared), GIVEN).cors
    assert (cors.origins, cors.methods) == (("https://a.example",), ("GET",))
    own = text + "  Api:\n    Type: AWS::Serverless::HttpApi\n    Properties: {CorsConfiguration: {AllowOrigins: ['*']}}\n"
    own = own.replace("Method: get}", "Method: get, ApiId: !Ref Api}")
    assert template.read(own, GIVEN).cors.origins == ("*",)
    assert template.read(text, GIVEN).cors is None
