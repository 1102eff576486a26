// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { System } from "../../src/base/System.sol";
import { ILeases } from "../../src/leases/ILeases.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { IMasternodes } from "../../src/masternodes/IMasternodes.sol";
import { ISettlement } from "../../src/settlement/ISettlement.sol";
import { Fund, ITreasury } from "../../src/treasury/ITreasury.sol";
import { DevicesFixture } from "../devices/DevicesFixture.sol";
import { LeafHasher } from "../settlement/SettlementFixture.sol";
import { Conservation } from "./Conservation.sol";
import { Quorum } from "./Quorum.sol";

/// @dev Takes NXQ from nobody.
contract Refuser { }

/// @title What people may do with the real contracts, one thing after another, chosen at random.
/// @dev Whatever a contract refuses is no step; {countOf} says how often each kind of step was taken.
abstract contract People is Conservation, Quorum, DevicesFixture {
    /// @dev What a settled period has to pay.
    struct Period {
        ISettlement.Reward[] rewards;
        ILeases.Bill[] bills;
        ISettlement.Credit[] credits;
        bytes32[] leaves;
    }

    uint32 private constant NEWCOMER = FOUNDING_MASTERNODES + 1;
    uint256 private constant MONTH_PERIODS = 30 days / PERIOD;
    uint256 private constant KINDS = 2;

    LeafHasher private hasher = new LeafHasher();
    address internal refuser = address(new Refuser());
    mapping(uint256 period => Period) private paidBy;
    ILeases.LeaseRef[] private opened;
    uint256 private keys = FOUNDING_KEYS;
    uint256 private random;
    mapping(string what => uint256) private counts;

    /// @dev Three devices that work, a tenant with money, a refusing contract among all who may be paid.
    function setUpPeople() internal {
        setUpNetwork();
        vm.deal(address(this), 0);
        people = [founder, secondFounder, alice, bob, masternode(NEWCOMER), refuser, address(this)];
        for (uint32 id = 1; id <= FOUNDING_MASTERNODES; ++id) {
            people.push(operator(id));
        }
        for (uint32 id = 1; id <= 2; ++id) {
            registerTo("founder", id);
            measureNow(id, scores(10));
            acceptAs("founder", id, scores(10));
        }
        for (uint32 kind = 1; kind <= KINDS; ++kind) {
            vm.prank(owner);
            PRICES.listKind(kind, "a kind", 3_600_000 * kind);
        }
        _firstMoney();
    }

    function seedWith(uint256 seed) internal {
        random = seed;
    }

    function countOf(string memory what) internal view returns (uint256) {
        return counts[what];
    }

    /// @return what was tried
    function step() internal returns (string memory what) {
        function() internal returns (bool) act;
        (what, act) = _choose(_next(25));
        if (act()) ++counts[what];
    }

    function _choose(uint256 choice)
        private
        pure
        returns (string memory, function() internal returns (bool))
    {
        if (choice < 2) return ("pass", _pass);
        if (choice < 4) return ("settle", _settle);
        if (choice < 5) return ("reward", _reward);
        if (choice < 8) return ("bill", _bill);
        if (choice < 9) return ("credit", _credit);
        if (choice < 12) return ("open", _open);
        if (choice < 13) return ("close", _close);
        if (choice < 14) return ("close insolvent", _closeInsolvent);
        if (choice < 15) return ("skip", _skip);
        if (choice < 16) return ("deposit", _deposit);
        if (choice < 17) return ("withdraw", _withdraw);
        if (choice < 18) return ("limit", _limit);
        if (choice < 19) return ("collect", _collect);
        if (choice < 20) return ("spend", _spend);
        if (choice < 21) return ("buy a key", _buy);
        if (choice < 22) return ("move a key", _moveKey);
        if (choice < 23) return ("stake", _stake);
        if (choice < 24) return ("vote", _vote);
        return ("give", _give);
    }

    // ---- time, roots and what they pay ----

    function _pass() private returns (bool) {
        if (_next(3) == 0) {
            uint256 price = PRICES.currentPrice();
            vm.prank(priceSigner);
            PRICES.quote(price * (90 + _next(21)) / 100);
        }
        vm.warp(block.timestamp + _next(PERIOD - (block.timestamp - GENESIS) % PERIOD));
        return true;
    }

    /// @dev The running period or, seldom, one a month later or a few; those between never have a root.
    function _settle() private returns (bool) {
        uint256 later = _next(12);
        uint256 period = PRICES.currentPeriod() + (later == 0 ? MONTH_PERIODS : later == 1 ? _next(16) : 0);
        Period storage own = paidBy[period];
        uint256 rewards = _addRewards(own);
        for (uint256 i = opened.length > 6 ? opened.length - 6 : 0; i < opened.length; ++i) {
            uint32 secondsSeen = uint32(_next(PERIOD + 100));
            own.bills.push(ILeases.Bill(opened[i].instance, opened[i].token, secondsSeen));
            own.leaves.push(hasher.bill(opened[i].instance, opened[i].token, secondsSeen));
        }
        uint256 months = period / MONTH_PERIODS;
        for (uint256 i = 0; i < 2 && opened.length > 0; ++i) {
            uint32 month = uint32(months == 0 ? 0 : months - _next(2));
            own.credits.push(ISettlement.Credit(_anyLease().instance, month, uint96(_next(1e17))));
            own.leaves.push(hasher.credit(own.credits[i]));
        }
        leaves = own.leaves;
        settlePeriod(period, rewards);
        settled.push(period);
        return true;
    }

    function _addRewards(Period storage own) private returns (uint256 sum) {
        address[3] memory earners = [founder, refuser, alice];
        for (uint32 i = 0; i < 3; ++i) {
            uint96 amount = uint96(_next(2e18));
            own.rewards.push(ISettlement.Reward(earners[i], i + 1, amount, 300, 5000));
            own.leaves.push(hasher.reward(own.rewards[i]));
            sum += amount;
        }
    }

    function _reward() private returns (bool) {
        (uint256 period, Period storage own) = _anyPeriod();
        (uint256 first, uint256 count) = _range(own.rewards.length);
        ISettlement.Reward[] memory batch = new ISettlement.Reward[](count);
        for (uint256 i = 0; i < count; ++i) {
            batch[i] = own.rewards[first + i];
        }
        SETTLEMENT.payRewards(period, batch, proofOf(first, count));
        return true;
    }

    function _bill() private returns (bool) {
        (uint256 period, Period storage own) = _anyPeriod();
        if (own.bills.length == 0) return false;
        (uint256 first, uint256 count) = _range(own.bills.length);
        ILeases.Bill[] memory batch = new ILeases.Bill[](count);
        for (uint256 i = 0; i < count; ++i) {
            batch[i] = own.bills[first + i];
        }
        uint256 before = System.LEASES.balance;
        SETTLEMENT.payBills(period, batch, proofOf(own.rewards.length + first, count));
        return System.LEASES.balance < before;
    }

    function _credit() private returns (bool) {
        (uint256 period, Period storage own) = _anyPeriod();
        if (own.credits.length == 0) return false;
        uint256 before = System.LEASES.balance;
        SETTLEMENT.payCredits(period, own.credits, proofOf(own.rewards.length + own.bills.length, 2));
        return System.LEASES.balance > before;
    }

    // ---- leases ----

    function _open() private returns (bool) {
        ILeases.Opening[] memory batch = new ILeases.Opening[](1 + _next(3));
        for (uint256 i = 0; i < batch.length; ++i) {
            InstanceKey instance =
                InstanceKey.wrap(bytes32(bytes20(_anyTenant())) | bytes32(uint256(_next(3))));
            batch[i] = ILeases.Opening({
                instance: instance,
                device: uint32(1 + _next(3)),
                kind: uint32(1 + _next(KINDS)),
                startedAt: uint40(block.timestamp),
                token: LEASES.lastToken(instance) + 1,
                waited: uint32(_next(100))
            });
        }
        bytes memory call = abi.encodeCall(ILeases.open, (batch));
        if (!_say(masternode(_next(2) == 0 ? 1 : NEWCOMER), System.LEASES, 0, call)) return false;
        bool any = false;
        for (uint256 i = 0; i < batch.length; ++i) {
            if (LEASES.lastToken(batch[i].instance) != batch[i].token) continue;
            opened.push(ILeases.LeaseRef(batch[i].instance, batch[i].token));
            any = true;
        }
        return any;
    }

    function _close() private returns (bool) {
        if (opened.length == 0) return false;
        ILeases.LeaseRef[] memory batch = _someLeases();
        address tenant = batch[0].instance.accountOf();
        uint256 before = LEASES.account(tenant).rateSum;
        _say(tenant, System.LEASES, 0, abi.encodeCall(ILeases.close, (batch)));
        return LEASES.account(tenant).rateSum < before;
    }

    /// @dev By one that refuses its reward, half of the time.
    function _closeInsolvent() private returns (bool) {
        if (opened.length == 0) return false;
        address tenant = _anyTenant();
        if (_next(2) == 0) {
            ILeases.AccountView memory own = LEASES.account(tenant);
            uint256 least = own.charged + own.holds + own.buffers + LEASES.reservedAt(tenant, block.timestamp);
            if (!_say(
                    tenant,
                    System.LEASES,
                    0,
                    abi.encodeCall(ILeases.setLimits, (uint96(least), type(uint40).max))
                )) return false;
            vm.warp(block.timestamp + 1);
        }
        uint256 before = _rates();
        bytes memory call = abi.encodeCall(ILeases.closeInsolvent, (_someLeases()));
        _say(_next(2) == 0 ? refuser : address(this), System.LEASES, 0, call);
        return _rates() < before;
    }

    function _skip() private returns (bool) {
        if (opened.length == 0) return false;
        ILeases.LeaseRef[] memory batch = _someLeases();
        uint256 from = LEASES.lease(batch[0].instance, batch[0].token).from;
        if (from < GENESIS) return false;
        return _say(
            address(this), System.LEASES, 0, abi.encodeCall(ILeases.skip, ((from - GENESIS) / PERIOD, batch))
        );
    }

    function _deposit() private returns (bool) {
        address from = _anyone();
        uint256 amount = _part(from.balance);
        return _say(from, System.LEASES, amount, abi.encodeCall(ILeases.deposit, (_anyTenant())));
    }

    /// @dev Announces, cancels, or takes what has waited long enough.
    function _withdraw() private returns (bool) {
        address tenant = _anyTenant();
        uint256 choice = _next(4);
        if (choice == 0) return _say(tenant, System.LEASES, 0, abi.encodeCall(ILeases.cancelWithdrawal, ()));
        if (choice < 3) return _say(tenant, System.LEASES, 0, abi.encodeCall(ILeases.withdraw, (_anyone())));
        uint96 amount = uint96(_part(LEASES.account(tenant).balance));
        return _say(tenant, System.LEASES, 0, abi.encodeCall(ILeases.announceWithdrawal, (amount)));
    }

    function _limit() private returns (bool) {
        address tenant = _anyTenant();
        _say(tenant, System.LEASES, 0, abi.encodeCall(ILeases.approve, (_next(2) == 0 ? 1 : NEWCOMER)));
        bytes memory call = abi.encodeCall(ILeases.setLimits, (type(uint96).max, type(uint40).max));
        return _say(tenant, System.LEASES, 0, call);
    }

    // ---- funds, keys, stakes, votes ----

    function _collect() private returns (bool) {
        address[3] memory from = [System.LEASES, System.SETTLEMENT, System.TREASURY];
        address to = _anyone();
        bytes memory call = abi.encodeWithSignature("collect(address)", to);
        return _say(_next(2) == 0 ? refuser : _anyone(), from[_next(3)], 0, call);
    }

    function _spend() private returns (bool) {
        Fund fund = Fund(_next(3));
        uint256 amount = _part(TREASURY.fundOf(fund));
        return _say(owner, System.TREASURY, 0, abi.encodeCall(ITreasury.spend, (fund, _anyone(), amount)));
    }

    function _buy() private returns (bool) {
        address from = _anyone();
        bytes memory call = abi.encodeWithSignature("buy(address)", alice);
        if (!_say(from, System.DIGITAL_KEYS, _part(from.balance), call)) return false;
        uint256 key = ++keys;
        uint32 id = registerTo("alice", key);
        measureNow(id, scores(20));
        acceptAs("alice", id, scores(20));
        return true;
    }

    /// @dev To the one that refuses too: then its half of the income is kept for it.
    function _moveKey() private returns (bool) {
        if (keys == FOUNDING_KEYS) return false;
        uint256 key = FOUNDING_KEYS + 1 + _next(keys - FOUNDING_KEYS);
        address from = KEYS.ownerOf(key);
        address to = from == alice ? refuser : alice;
        transferKey(from, to, key);
        if (to == alice) acceptAs("alice", DEVICES.deviceOfKey(key), scores(20));
        return true;
    }

    /// @dev One comes whose operator refuses what it earns, leaves, and takes its stake.
    function _stake() private returns (bool) {
        uint32 id = MASTERNODES.idOf(masternode(NEWCOMER));
        if (id != 0) {
            if (masternodes == NEWCOMER) {
                if (_next(4) > 0) return false;
                masternodes = FOUNDING_MASTERNODES;
                return _say(refuser, System.MASTERNODES, 0, abi.encodeCall(IMasternodes.startLeaving, (id)));
            }
            bytes memory call = abi.encodeCall(IMasternodes.withdrawStake, (id, _anyone()));
            return _say(refuser, System.MASTERNODES, 0, call);
        }
        (uint256 stake,) = MASTERNODES.stakeTerms();
        if (MASTERNODES.payeeOf(NEWCOMER) != address(0) || founder.balance < stake) return false;
        _send(founder, masternode(NEWCOMER), stake);
        IMasternodes.Registration memory wanted =
            IMasternodes.Registration(refuser, "tls", "eu-west-1", "newcomer.example:4433");
        _say(masternode(NEWCOMER), System.MASTERNODES, stake, abi.encodeCall(IMasternodes.register, (wanted)));
        _say(owner, System.MASTERNODES, 0, abi.encodeCall(IMasternodes.admit, (NEWCOMER)));
        masternodes = NEWCOMER;
        return true;
    }

    function _vote() private returns (bool) {
        uint256 choice = _next(4);
        if (choice == 0) {
            ITreasury.IncomeShares memory shares = ITreasury.IncomeShares(
                uint16(5000 + _next(5001)), uint16(_next(5001)), uint16(1000 + _next(4001))
            );
            return _say(owner, System.TREASURY, 0, abi.encodeCall(ITreasury.setIncomeShares, (shares)));
        }
        if (choice == 1) {
            ISettlement.EmissionShares memory shares =
                ISettlement.EmissionShares(uint16(6000 + _next(3001)), uint16(_next(1001)));
            return _say(owner, System.SETTLEMENT, 0, abi.encodeCall(ISettlement.setEmissionShares, (shares)));
        }
        if (choice == 2) {
            uint40 rate = uint40(1 + _next(9_000_000));
            return _say(
                owner,
                System.PRICES,
                0,
                abi.encodeWithSignature(
                    "listKind(uint32,bytes32,uint40)", uint32(1 + _next(KINDS)), bytes32("a kind"), rate
                )
            );
        }
        return
            _say(owner, System.DIGITAL_KEYS, 0, abi.encodeWithSignature("setPrice(uint256)", 1 + _next(1e6)));
    }

    function _give() private returns (bool) {
        address from = _anyone();
        return _say(from, _next(4) == 0 ? System.TREASURY : _anyone(), _part(from.balance), "");
    }

    // ---- what all of that takes ----

    /// @dev Period 0: nobody owns NXQ before it.
    function _firstMoney() private {
        Period storage own = paidBy[0];
        own.rewards.push(ISettlement.Reward(founder, 1, 9e18, 300, 5000));
        own.leaves.push(hasher.reward(own.rewards[0]));
        leaves = own.leaves;
        settlePeriod(0, 9e18);
        settled.push(0);
        SETTLEMENT.payRewards(0, own.rewards, proofOf(0, 1));
        _send(founder, bob, 2e18);
        _send(founder, alice, 2e18);
        for (uint256 i = 0; i < 2; ++i) {
            address tenant = i == 0 ? alice : bob;
            vm.startPrank(tenant);
            LEASES.deposit{ value: 1e18 }(tenant);
            LEASES.approve(1);
            LEASES.setLimits(type(uint96).max, type(uint40).max);
            vm.stopPrank();
        }
    }

    function _say(address from, address to, uint256 value, bytes memory call) private returns (bool said) {
        vm.prank(from);
        (said,) = to.call{ value: value }(call);
    }

    function _send(address from, address to, uint256 amount) private {
        assertTrue(_say(from, to, amount, ""), "sent");
    }

    function _anyPeriod() private returns (uint256 period, Period storage own) {
        uint256 back = _next(settled.length > 4 ? 4 : settled.length);
        period = settled[settled.length - 1 - back];
        own = paidBy[period];
        leaves = own.leaves;
    }

    function _anyTenant() private returns (address) {
        return _next(2) == 0 ? alice : bob;
    }

    function _anyone() private returns (address) {
        return people[_next(people.length)];
    }

    function _anyLease() private returns (ILeases.LeaseRef memory) {
        return opened[opened.length - 1 - _next(opened.length > 6 ? 6 : opened.length)];
    }

    function _someLeases() private returns (ILeases.LeaseRef[] memory batch) {
        batch = new ILeases.LeaseRef[](1 + _next(4));
        for (uint256 i = 0; i < batch.length; ++i) {
            batch[i] = _anyLease();
        }
    }

    function _rates() private view returns (uint256) {
        return LEASES.account(alice).rateSum + LEASES.account(bob).rateSum;
    }

    function _range(uint256 length) private returns (uint256 first, uint256 count) {
        first = _next(length);
        count = 1 + _next(length - first);
    }

    function _part(uint256 amount) private returns (uint256) {
        return amount * _next(101) / 100;
    }

    function _next(uint256 range) private returns (uint256) {
        random = uint256(keccak256(abi.encode(random)));
        return random % range;
    }

    receive() external payable { }
}
