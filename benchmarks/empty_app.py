"""The least server of the kind: FastAPI and uvicorn with one route. `python -m benchmarks.empty_app PORT`."""

import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

app = FastAPI()


@app.get("/ready", response_class=PlainTextResponse)
async def ready() -> str:
    """It always is."""
    return "OK"


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
