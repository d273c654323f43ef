import api
import store


@api.handler
def handler(event):
    with store.transaction() as cursor:
        cursor.execute("SELECT count(*) AS links, coalesce(sum(visits), 0)::bigint AS visits FROM links")
        row = cursor.fetchone()
    return api.answer(200, row)
