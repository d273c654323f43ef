"""The least that a function can be: what others' times are compared with."""


def handler(event, context):
    return {"message": "hello"}
