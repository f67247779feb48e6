"""Words and rows of keys that common passwords are made of: what is tried first on any network."""

_TEXT = """
a abc abcd access admin administrator alexander alpine america amor amore amour and andrew android
angel anna ansible anthony apache apple arsenal asdf ashley assistant autumn azerty baby banana
barcelona baseball basketball batman battery berlin bienvenue birthday black blue bonjour brother
business butterfly centos change changeme charlie cheese chelsea chocolate christ christian
christmas ciao cisco com company computer contrasena cookie correct correcthorsebatterystaple
customer daniel dashboard database debian december default demo deutschland diamond docker doudou
dragon drupal elizabeth energy enter estrella example facebook family father fedora ferrari flower
football forever fortnite freedom freitag friday friend friends fruehling fussball gamer geheim
george gmail golden goodwe google grafana green guest guitar hallo hannah happy harry harrypotter
haslo hello helpdesk herbst hockey hola home homeassistant horse hotmail house hoymiles hund i ilove
iloveyou instagram internet inverter iphone is january jenkins jennifer jessica jesus jetaime joomla
jordan joshua juventus katze killer kocham kochamcie kubernetes ledger letmein liebe linux liverpool
login london love lovely loveme lovers loveu lucky madrid magic mail manager manchester maria martin
master matthew me mercedes metallica meter michael michelle microsoft minecraft minombre monday
mongodb monitor monkey montag motdepasse mother music mustang my mysql napoli naruto natalie network
nginx nicole ninja nirvana number office one open operator oracle orange panel paris pass passw
password passwort patrick peter photovoltaic pikachu player please pokemon polska polska1 porsche
postgres potter power princess private purple qwerty qwertz raspberry raspberrypi raspbian red
redhat redis remote richard robert root router samantha sample samsung schatz school sebastian
secret secure security server service sesame shadow silver sister slipknot smiles soccer solar
solaris soleil sommer sonne sonnenschein spiderman spring staple starwars stephanie student summer
sun sunledger sunny sunshine superman support system teacher teamo temp tequiero test the thomas
three tomcat trustno twitter two ubuntu united user vagrant victoria viewer wachtwoord warsaw
warszawa welcome whatever white wifi william willkommen windows winter witaj wizard word wordpress
yahoo yellow you youtube zxcv
"""
WORDS = frozenset(_TEXT.split())
ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop[]", "qwertzuiopü", "azertyuiop", "asdfghjkl;'",
    "zxcvbnm,./", "yxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "qazwsxedcrfvtgbyhnujmik",
    "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "!@#$%^&*()", "147258369", "789456123", "741852963",
    "zaq12wsxcde34rfvbgt56yhn",
)  # fmt: skip
"""Keys side by side, and the alphabet."""
