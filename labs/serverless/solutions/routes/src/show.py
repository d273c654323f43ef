import api
import links
import store


@api.handler
def handler(event):
    with store.transaction() as cursor:
        link = links.find(cursor, event["pathParameters"]["code"])
    if link is None:
        raise api.Refused(404, "there is no such link")
    return api.answer(200, links.shown(link))
