"""A paho subscriber that does nothing: what any listener built on paho is held against.

`HOST PORT TOPIC RECEIVE_MAXIMUM MESSAGES` -> `ready`, then one JSON line when all have come.
"""

import json
import sys
import time
from threading import Event

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties


def main() -> None:
    """Subscribe, count, and tell the speed between the first message and the last."""
    host, port, topic, receive_maximum, messages = sys.argv[1:]
    wanted = int(messages)
    done = Event()
    seen, began, ended = 0, 0.0, 0.0

    def on_message(_client: mqtt.Client, _data: object, _message: mqtt.MQTTMessage) -> None:
        nonlocal seen, began, ended
        if not seen:
            began = time.monotonic()
        seen += 1
        if seen == wanted:
            ended = time.monotonic()
            done.set()

    def on_connect(*_: object) -> None:
        client.subscribe(topic, qos=1)

    def on_subscribe(*_: object) -> None:
        print("ready", flush=True)

    client = mqtt.Client(
        CallbackAPIVersion.VERSION2, client_id="does-nothing", protocol=mqtt.MQTTv5
    )
    client.on_message = on_message
    client.on_connect = on_connect
    client.on_subscribe = on_subscribe
    properties = Properties(PacketTypes.CONNECT)
    properties.ReceiveMaximum = int(receive_maximum)
    client.connect(host, int(port), clean_start=True, properties=properties)
    client.loop_start()
    done.wait()
    cpu = time.process_time()
    client.disconnect()
    client.loop_stop()
    print(
        json.dumps({"per_second": wanted / (ended - began), "cpu_microseconds": cpu / wanted * 1e6})
    )


if __name__ == "__main__":
    main()
