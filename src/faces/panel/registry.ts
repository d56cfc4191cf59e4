/** Every screen by its name. */
import type { Screen } from './screen.ts';
import { chat, chatPopUp } from './screens/chat.ts';
import { country, instrument, skill } from './screens/choices.ts';
import { connecting, named } from './screens/connecting.ts';
import { delay } from './screens/delay.ts';
import { error } from './screens/error.ts';
import { firstStart } from './screens/first-start.ts';
import { hear } from './screens/hear.ts';
import { idleQuestion } from './screens/idle-question.ts';
import { licence } from './screens/licence.ts';
import { menu } from './screens/menu.ts';
import { meters } from './screens/meters.ts';
import { network } from './screens/network.ts';
import { people } from './screens/people.ts';
import { person } from './screens/person.ts';
import { phone } from './screens/phone.ts';
import { playing } from './screens/playing.ts';
import { powerScreen } from './screens/power.ts';
import { privacy } from './screens/privacy.ts';
import { profile } from './screens/profile.ts';
import { reconnect } from './screens/reconnect.ts';
import { recording } from './screens/recording.ts';
import { reset } from './screens/reset.ts';
import { room } from './screens/room.ts';
import { send } from './screens/send.ts';
import { serverList } from './screens/server-list.ts';
import { servers } from './screens/servers.ts';
import { soundCard } from './screens/sound-card.ts';
import { start } from './screens/start.ts';
import { status } from './screens/status.ts';
import { cityWheel, nameWheel } from './screens/text-wheel.ts';
import { update } from './screens/update.ts';
import { updateRunning } from './screens/update-running.ts';
import { updateUndone } from './screens/update-undone.ts';
import { welcome } from './screens/welcome.ts';
import { whoSeesWhat } from './screens/who-sees-what.ts';
import { wifi } from './screens/wifi.ts';
import type { ShownScreen } from './state.ts';

export const SCREENS: Readonly<Record<ShownScreen, Screen>> = {
  menu,
  servers,
  'server-list': serverList,
  people,
  person,
  meters,
  status,
  hear,
  send,
  profile,
  name: nameWheel,
  city: cityWheel,
  instrument,
  country,
  skill,
  'sound-card': soundCard,
  delay,
  chat,
  phone,
  network,
  room,
  wifi,
  privacy,
  update,
  reset,
  power: powerScreen,
  recording,
  licence,
  'update-running': updateRunning,
  'update-undone': updateUndone,
  'first-start': firstStart,
  'idle-question': idleQuestion,
  error,
  'who-sees-what': whoSeesWhat,
  named,
  'chat-pop-up': chatPopUp,
  welcome,
  reconnect,
  connecting,
  playing,
  start,
};
