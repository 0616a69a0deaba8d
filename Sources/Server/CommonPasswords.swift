// What is tried first against every server. A table: the passwords of eight letters and more that
// stand at the top of all lists of leaked ones.
import Protocol

enum CommonPasswords {
    /// Letter case does not make one of them better.
    static func contain(_ password: Password) -> Bool {
        let folded = password.bytes.map { byte in
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
        }
        return all.contains(folded)
    }

    static let all = Set(list.utf8.split(whereSeparator: { $0 <= 0x20 }).map(Array.init))

    private static let list = """
        00000000 000000000 0000000000 0000000a 00112233 01234567 012345678 0123456789 0987654321
        10101010 10203040 1020304050 102030405060 1029384756 11110000 11111111 111111111
        1111111111 11112222 11223344 1122334455 112233445566 12121212 121212121 12312312 123123123
        123321123 12341234 12344321 123454321 1234554321 12345678 123456788 123456789 1234567890
        1234567891 12345678910 123456789a 12345678a 12345679 1234567a 123456987 123456abc
        123456qwerty 12345qwert 1234abcd 1234qwer 123789456 123abc123 123qwe123 123qweasd
        123qweasdzxc 13579246 135792468 1357924680 147147147 14725836 147258369 147852369
        159357159 159753456 19283746 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz1qaz 1qaz2wsx
        1qaz2wsx3edc 1qazxsw2 1qazzaq1 20202020 22222222 23456789 24681012 246813579 27182818
        2wsx3edc 31415926 314159265 321321321 33333333 34567890 44444444 456456456 456789123
        55555555 5555555555 66666666 69696969 741852963 77777777 7777777777 789456123 789789789
        87654321 88888888 888888888 8888888888 963852741 987654321 9876543210 987987987 99999999
        999999999 9999999999 a1234567 a12345678 a123456789 aa123456 aa12345678 aaaa1111 aaaaaaaa
        aaaaaaaaa aaaaaaaaaa aabbccdd ab123456 abc12345 abc123456 abc1234567 abc123456789
        abc123abc abcabcabc abcd1234 abcd12345 abcdefg1 abcdefgh abcdefgh1 abcdefghi access123
        access14 admin123 admin1234 admin12345 admin123456 admin@123 adminadmin administrator
        alejandra alejandro alexander alexandra andrew123 android1 angel123 angelina angels123
        anthony1 anthony123 apple123 arsenal1 arsenal123 asdasd123 asdasdasd asdf1234 asdf12345
        asdf;lkj asdfasdf asdfghjk asdfghjkl asdfghjkl1 asdfghjkl; asdfjkl; asdfqwer ashley12
        ashley123 autumn2023 azerty123 azertyui azertyuiop babyboy1 babygirl babygirl1 babygirl12
        babygirl123 bailey123 banana123 barcelona barcelona1 baseball baseball1 baseball12
        basketball basketball1 batman123 beautiful beautiful1 benjamin blessed1 blessing blink182
        brandon1 brandon12 brandon123 broncos1 butterfly butterfly1 captain1 cardinal carolina
        caroline cassandra catherine celtics1 challenge champion champion1 changeme changeme1
        changeme123 charlie1 charlie12 charlie123 charlotte cheese123 chelsea1 chelsea12
        chelsea123 cheyenne chicago1 children chocolate chocolate1 christian christine christmas
        christmas1 christopher cinderella clarence coffee123 colorado computer computer1
        computer123 cookie123 corazon1 correcthorse correcthorsebatterystaple corvette corvette1
        cowboys1 cowboys123 creative cricket1 cristina critical crystal1 dallas123 daniel123
        danielle danielle1 darkness darkside darthvader december default1 default123 dennis123
        destiny1 diamond1 diamond123 document dolphin1 dolphins doraemon dragon12 dragon123
        drowssap eagles123 einstein electric elephant elizabeth elizabeth1 eminem123 estrella
        estrellita evolution explorer facebook facebook1 falcons1 family01 family123 fantasy1
        favorite february ferguson fernando ferrari1 fireball firebird firefighter florida1
        flower123 flowers1 football football1 football12 football123 forever1 forever21 francisco
        franklin freedom1 freedom123 friday13 friends1 friends123 friendship gabriel1 gabriela
        gangsta1 gangster garfield garfield1 geronimo ginger123 gladiator godzilla goldfish
        goodluck google123 graduate greenday greenday1 guest123 guest1234 guitar123 halloween
        happy123 happyday hardcore harley123 hawaii50 heartbreaker heather1 hello123 hello1234
        hello12345 hello123456 hellokitty helloworld hercules highland hockey123 homework honey123
        horses123 hunter12 hunter123 icecream icecream1 illusion ilovegod ilovehim ilovejesus
        iloveme1 iloveme123 ilovemom iloveu123 iloveyou iloveyou! iloveyou1 iloveyou12 iloveyou123
        iloveyou2 imagine1 immortal infinity infinity1 insomnia internet internet1 internet123
        ironman123 isabella jackson1 jackson5 jamaica1 jellybean jennifer jennifer1 jessica1
        jessica12 jessica123 jonathan jordan123 jordan23 joshua123 justin123 juventus katherine
        kawasaki keyboard kimberly kingkong knight123 lakers123 lakers24 lamborghini lauren123
        leonardo letmein! letmein1 letmein12 letmein123 lightning linkedin liverpool liverpool1
        liverpool123 lkjhgfds lkjhgfdsa login123 lollipop lollypop lovelove lovely123 loveme123
        loverboy lovergirl loveyou1 manager1 manager123 manchester manutd123 marshall maryjane
        maserati master12 master123 matthew1 matthew123 maverick maverick1 melissa1 mercedes
        mercedes1 metallica metallica1 michael1 michael12 michael123 michelle michelle1 mickey123
        mickeymouse microsoft midnight midnight1 minecraft minecraft1 minecraft123 mitchell
        mnbvcxz1 mnbvcxza monkey12 monkey123 monopoly monster1 monster123 montana1 montreal
        moonlight motdepasse motorcycle motorola mountain music123 mustang1 mustang12 myspace1
        naruto123 newyork1 newyork123 nicholas nicholas1 nicole12 nicole123 nintendo nirvana1
        nothing1 november olivia123 orange123 p@ssw0rd p@ssw0rd! p@ssw0rd1 p@ssword p@ssword1
        pa$$w0rd pa$$word packers1 panther1 panthers paradise pass1234 pass12345 pass123456
        passcode passion1 passpass passphrase passport passw0rd passw0rd! passw0rd1 password
        password! password!1 password01 password1 password1! password11 password12 password123
        password1234 password12345 password123456 password2 password3 password99 passwort
        passwort1 patricia patriots peaches1 peanut123 penguin1 pepper123 personal phoenix1
        pineapple platinum playstation poiuytre poiuytrewq pokemon1 pokemon12 pokemon123 porsche1
        porsche911 portugal precious precious1 president prettygirl princess princess1 princess12
        princess123 professor purple123 q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qazwsx123 qazwsxed
        qazwsxedc qazwsxedc123 qazxswed qwe123456 qweasd123 qweasdzxc qweqweqwe qwer1234 qwer12345
        qwerasdf qwerqwer qwert123 qwert1234 qwert12345 qwerty01 qwerty11 qwerty12 qwerty123
        qwerty1234 qwerty12345 qwerty123456 qwerty88 qwertyui qwertyuio qwertyuiop qwertyuiop1
        qwertyuiop123 qwertz123 qwertzui qwertzuiop raiders1 rainbow1 rainbow123 ranger123
        rasputin realmadrid rebecca1 redskins redsox123 remember roberto1 rockstar rockstar1
        rockyou1 romantic roosters root1234 rootroot samantha samantha1 samsung1 samsung12
        samsung123 santiago scarface scooter1 scorpio1 scorpion sebastian secret12 secret123
        secret1234 security september sergeant server123 shadow12 shadow123 shopping showtime
        simpsons skateboard skateboarding skywalker slipknot slipknot1 snoopy123 snowball
        snowboard snowman1 soccer12 soccer123 softball softball1 soldier1 sometimes sophie123
        southside spiderman spiderman1 spongebob spongebob1 spring2023 spring2024 standard
        stargate startrek startrek1 starwars starwars1 steelers steelers1 stephanie strawberry
        summer12 summer123 summer2020 summer2021 summer2022 summer2023 summer2024 sunshine
        sunshine1 sunshine12 sunshine123 superman superman1 superman123 superstar superstar1
        sweetheart sweetie1 sweetpea swimming swordfish system123 teacher1 temp1234 temporary
        tequila1 terminator test1234 test12345 test123456 testing1 testing123 testtest thomas123
        thunder1 thunderbird tiger123 tigger123 timberlake tinkerbell tinkerbell1 together
        tomorrow toor1234 tottenham treasure triathlon trinity1 tropical trustno1 trustnoone
        turtle123 underground undertaker unicorn1 universe user1234 vacation valentina valentine
        vampire1 vanilla1 veronica veronika victoria victoria1 violet123 virginia volkswagen
        volleyball warcraft warcraft1 warrior1 warriors washington waterfall webmaster welcome!
        welcome01 welcome1 welcome12 welcome123 welcome2 westside whatever whatever1 whocares
        wildcats william1 williams windows1 windows10 windows123 winter123 winter2020 winter2021
        winter2022 winter2023 winter2024 wolverine wonderful wordpass wrestler wrestling xbox360x
        yamaha123 yankees1 yellow123 yesterday yourmom1 youtube123 z1x2c3v4 zachary1 zaq12wsx
        zaq1xsw2 zaq1zaq1 zeppelin zxcasdqwe zxcvasdf zxcvbnm, zxcvbnm1 zxcvbnm123
        zxcvbnmasdfghjkl
        """
}
