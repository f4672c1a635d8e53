"""An agent for Aurora: is the last close above or below the mean of twenty? README.md says how to run it."""
import os, threading, time, uuid
from datetime import datetime, timezone
import socketio

NS, instance, superseded, beat_s = "/agents", uuid.uuid4().hex, threading.Event(), 1
tasks = {}  # task_id -> (lease, None while at work, then the answer until the engine has it)
sio = socketio.Client(reconnection=False)  # the loop at the end reconnects, also after the engine's own goodbye

def now():
    return datetime.now(timezone.utc).isoformat()

def running():
    return [{"task_id": task_id, "lease": lease} for task_id, (lease, _) in list(tasks.items())]

def hello():
    return {"token": os.environ["AURORA_TOKEN"], "protocol": 1, "agent_id": "python-mean", "instance": instance,
            "capabilities": {"sovereign_access": True, "trading_analysis": True}, "now": now(), "running": running()}

@sio.on("registered", namespace=NS)
def registered(told):
    global beat_s
    beat_s = told["heartbeat_ms"] / 1000

@sio.on("task_assign", namespace=NS)
def assign(task):
    if tasks.get(task["task_id"], (None, None))[0] != task["lease"]:  # else it came twice
        if any(answer is None for _, answer in list(tasks.values())):
            return {"accept": False, "reason": "busy"}
        tasks[task["task_id"]] = (task["lease"], None)
        sio.start_background_task(work, task["task_id"], task["lease"], task["payload"])
    return {"accept": True}

@sio.on("task_cancel", namespace=NS)
def cancel(task):
    if tasks.get(task["task_id"]) == (task["lease"], None):
        del tasks[task["task_id"]]

@sio.on("superseded", namespace=NS)
def stop(by):
    superseded.set()

def opinion(payload):  # raises without bars: a failure is never a signal
    closes = [bar[4] for bar in payload["bars"][-20:]]
    gap = closes[-1] / (sum(closes) / len(closes)) - 1
    return {"symbol": payload["symbol"], "timeframe": payload["timeframe"], "analyzed_at": now(), "model": "mean-of-20",
            "signal": "BUY" if gap > 0.001 else "SELL" if gap < -0.001 else "HOLD", "risk_score": 0.5,
            "confidence": round(min(0.9, 0.5 + 10 * abs(gap)), 2),
            "reasoning": f"The last close is {gap:+.2%} from the mean of {len(closes)}."}

def work(task_id, lease, payload):
    try:
        answer = "task_complete", {"task_id": task_id, "lease": lease, "result": opinion(payload)}
    except Exception as error:
        answer = "task_failed", {"task_id": task_id, "lease": lease, "failure_source": "invalid_result",
                                 "failure_reason": f"no opinion: {error!r}"}
    if tasks.get(task_id) == (lease, None):  # else it was cancelled or dropped meanwhile
        tasks[task_id] = (lease, answer)

def deliver():
    for task_id, (lease, answer) in list(tasks.items()):
        reply = answer and sio.call(*answer, namespace=NS, timeout=5)
        if reply and (reply["ok"] or not reply["retry"]) and tasks.get(task_id) == (lease, answer):
            del tasks[task_id]

def beat():
    for task_id in sio.call("heartbeat", {"now": now(), "running": running()}, namespace=NS, timeout=5)["drop"]:
        if task_id in tasks and tasks[task_id][1] is None:  # an answer is sent all the same
            del tasks[task_id]

def repeat(pause, do):
    while True:
        time.sleep(pause())
        try:
            do()
        except socketio.exceptions.SocketIOError:
            pass  # not connected, or no ack: again at the next turn

for pause, do in ((lambda: beat_s, beat), (lambda: 0.5, deliver)):
    threading.Thread(target=repeat, args=(pause, do), daemon=True).start()
while not superseded.is_set():
    try:
        sio.connect(os.environ["AURORA_URL"], auth=hello, namespaces=[NS], transports=["websocket"], wait_timeout=5)
        sio.wait()
    except socketio.exceptions.ConnectionError as error:
        print("not connected:", error)
    time.sleep(1)
