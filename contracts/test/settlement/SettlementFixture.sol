// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { System } from "../../src/base/System.sol";
import { ILeases } from "../../src/leases/ILeases.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { ISettlement } from "../../src/settlement/ISettlement.sol";
import { Leaves } from "../../src/settlement/Leaves.sol";
import { Settlement } from "../../src/settlement/Settlement.sol";
import { Deploy } from "../base/Deploy.sol";

/// @dev The masternodes as the settlement sees them; every seat holds the masternode with the seat's number plus 1.
contract SeatsDouble {
    uint256 public activeSeats;
    uint256 public recorded;
    uint256 private sleeping;
    mapping(address => uint256) private seats;

    function setActiveSeats(uint256 active) external {
        activeSeats = active;
    }

    /// @dev Beside those that are active.
    function setSleepingSeats(uint256 asleep) external {
        sleeping = asleep;
    }

    function admittedSeats() external view returns (uint256) {
        return activeSeats | sleeping;
    }

    function add(address signer, uint8 seat) external {
        seats[signer] = uint256(seat) + 1;
    }

    function seatOf(address signer) external view returns (bool admitted, uint8 seat) {
        return seats[signer] == 0 ? (false, 0) : (true, uint8(seats[signer] - 1));
    }

    function inSeat(uint8 seat) external pure returns (uint32) {
        return uint32(seat) + 1;
    }

    function recordFile(uint8, uint256) external {
        ++recorded;
    }
}

contract EmissionDouble {
    uint256 public constant emission = 10_000_000;
    mapping(uint256 => bool) public released;

    function emissionOf(uint256) external pure returns (uint256) {
        return emission;
    }

    function release(uint256 period) external returns (uint256) {
        require(!released[period], "released twice");
        released[period] = true;
        (bool sent,) = msg.sender.call{ value: emission }("");
        require(sent, "refused");
        return emission;
    }
}

contract TreasuryReceiver {
    mapping(uint256 => uint256) public received;
    mapping(bytes32 => mapping(uint256 => uint256)) public credited;

    function receiveEmission(uint256 period, uint256) external payable {
        received[period] += msg.value;
    }

    function payCredit(uint256, InstanceKey instance, uint256 month, uint256 amount)
        external
        returns (uint256)
    {
        credited[InstanceKey.unwrap(instance)][month] += amount;
        return amount;
    }
}

contract LeasesReceiver {
    uint256 public billed;
    uint256 public lastSeconds;

    function bill(uint256, ILeases.Bill[] calldata bills) external {
        billed += bills.length;
        lastSeconds = bills[bills.length - 1].secondsSeen;
    }
}

contract Gift {
    receive() external payable { }
}

/// @title The settlement alone: five masternodes with keys, the rest by stand-ins; values of a local network.
abstract contract SettlementFixture is Deploy {
    uint256 internal constant GENESIS = 1_800_000_000;
    uint256 internal constant PERIOD = 300;
    uint256 internal constant POSTING = 20;
    uint256 internal constant MASTERNODES_COUNT = 5;
    /// @dev 80 % of the stand-in's emission.
    uint256 internal constant POT = 8_000_000;

    Settlement internal constant SETTLEMENT = Settlement(payable(System.SETTLEMENT));
    SeatsDouble internal constant SEATS = SeatsDouble(System.MASTERNODES);
    TreasuryReceiver internal constant TREASURY = TreasuryReceiver(System.TREASURY);
    LeasesReceiver internal constant LEASES = LeasesReceiver(System.LEASES);

    address internal owner = makeAddr("owner");
    /// @dev Private keys in ascending order of their addresses; the one at `i` sits in seat `i`.
    uint256[] internal keys;

    function setUpSettlement() internal {
        vm.warp(GENESIS);
        vm.etch(System.MASTERNODES, type(SeatsDouble).runtimeCode);
        vm.etch(System.EMISSION, type(EmissionDouble).runtimeCode);
        vm.etch(System.TREASURY, type(TreasuryReceiver).runtimeCode);
        vm.etch(System.LEASES, type(LeasesReceiver).runtimeCode);
        vm.etch(System.VALIDATOR_POOL, type(Gift).runtimeCode);
        vm.deal(System.EMISSION, 1e18);
        deployProxyAt(
            System.SETTLEMENT,
            abi.encodePacked(creationCodeOf("Settlement"), abi.encode(GENESIS, PERIOD, POSTING)),
            abi.encodeCall(Settlement.initialize, (owner, ISettlement.EmissionShares(8000, 1000)))
        );
        _makeKeys();
        for (uint8 seat = 0; seat < MASTERNODES_COUNT; ++seat) {
            SEATS.add(vm.addr(keys[seat]), seat);
        }
        SEATS.setActiveSeats((1 << MASTERNODES_COUNT) - 1);
    }

    function masternode(uint256 seat) internal view returns (address) {
        return vm.addr(keys[seat]);
    }

    function rootOfOne(uint256 period, bytes32 leaf, uint256 rewards)
        internal
        pure
        returns (ISettlement.Root memory)
    {
        return ISettlement.Root({ period: period, root: leaf, rewards: rewards, inputs: bytes32(uint256(1)) });
    }

    /// @dev Signatures of the masternodes in the seats of `seats`, in ascending order of signers.
    function signed(ISettlement.Root memory root, uint256 seats)
        internal
        view
        returns (bytes[] memory signatures)
    {
        bytes32 digest = SETTLEMENT.rootDigest(root);
        signatures = new bytes[](MASTERNODES_COUNT);
        uint256 count = 0;
        for (uint256 seat = 0; seat < MASTERNODES_COUNT; ++seat) {
            if (seats & (1 << seat) == 0) continue;
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[seat], digest);
            signatures[count++] = abi.encodePacked(r, s, v);
        }
        assembly ("memory-safe") {
            mstore(signatures, count)
        }
    }

    function afterDue(uint256 period) internal pure returns (uint256) {
        return GENESIS + (period + 1) * PERIOD + 2 * POSTING + 1;
    }

    /// @dev Settles a period with all signatures.
    function settle(ISettlement.Root memory root) internal {
        if (block.timestamp < afterDue(root.period)) vm.warp(afterDue(root.period));
        SETTLEMENT.postRoot(root, signed(root, 31));
    }

    function noProof() internal pure returns (ISettlement.Proof memory proof) {
        proof.nodes = new bytes32[](0);
        proof.flags = new bool[](0);
    }

    function pair(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function _makeKeys() private {
        for (uint256 i = 0; i < MASTERNODES_COUNT; ++i) {
            keys.push(uint256(keccak256(abi.encode("masternode", i))));
        }
        for (uint256 i = 0; i < MASTERNODES_COUNT; ++i) {
            for (uint256 j = i + 1; j < MASTERNODES_COUNT; ++j) {
                if (vm.addr(keys[j]) < vm.addr(keys[i])) (keys[i], keys[j]) = (keys[j], keys[i]);
            }
        }
    }
}

/// @dev Lets a test hash leaves that it holds in memory.
contract LeafHasher {
    function reward(ISettlement.Reward calldata leaf) external pure returns (bytes32) {
        return Leaves.reward(leaf);
    }

    function bill(InstanceKey instance, uint64 token, uint32 secondsSeen) external pure returns (bytes32) {
        return Leaves.bill(instance, token, secondsSeen);
    }

    function credit(ISettlement.Credit calldata leaf) external pure returns (bytes32) {
        return Leaves.credit(leaf);
    }
}
