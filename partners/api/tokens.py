from oauth2_provider.views import TokenView

from channelhub.core.api import problems


class ClientToken(TokenView):
    """The token endpoint (RFC 6749, client credentials). It stands outside the fence."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        return self.authorization_flow_token_response(request, *args, **kwargs)

    def http_method_not_allowed(self, request, *args, **kwargs):
        response = problems.plain_problem(405)
        response["Allow"] = "POST"
        return response
