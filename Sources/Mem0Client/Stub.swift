internal import AsyncHTTPClient

func stub() { _ = HTTPClient.shared }
