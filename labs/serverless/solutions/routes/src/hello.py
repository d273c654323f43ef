import api


@api.handler
def handler(event):
    return api.answer(200, {"message": f"Hello, {event['pathParameters']['name']}!"})
