import api
import links
import store


@api.handler
def handler(event):
    with store.transaction() as cursor:
        link = links.visit(cursor, event["pathParameters"]["code"])
    if link is None:
        raise api.Refused(404, "there is no such link")
    return api.answer(302, {"url": link["url"]}, location=link["url"])
